-- Says in the journal what this transaction took back.
INSERT INTO recall.undo (tx, reverses, plan_hash, selection)
SELECT recall._begin_transaction(), $1, $2, $3
RETURNING tx
