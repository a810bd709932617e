-- An upgrade changes tables to which applications write. They are locked in the order in which a
-- write meets them, before anything else, so that neither waits for the other in a circle.
LOCK TABLE recall.incarnation, recall.transaction, recall.change IN ACCESS EXCLUSIVE MODE
