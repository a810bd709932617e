-- The moment of the copy is the snapshot of this transaction, which all its statements see.
INSERT INTO recall.baseline (relation, tx, at, upper, open, shape, rows)
SELECT $1, recall._begin_transaction(), clock_timestamp(), s.upper, s.open, $2, 0
FROM recall._snapshot() AS s
RETURNING id
