-- What pgRecall itself does in the journal has an actor and a reason, as everything else.
SELECT recall.set_context($1)
