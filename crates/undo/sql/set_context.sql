-- The undo is recorded like any other transaction, with who did it and why.
SELECT recall.set_context($1)
