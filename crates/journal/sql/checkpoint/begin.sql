-- The moment of the copy is the snapshot of this transaction, which all its statements see; the tick holds it.
INSERT INTO recall.checkpoint (relation, tick, tx, at, upper, open, incarnation, fingerprint, rows, bytes)
SELECT r.id, k.id, recall._begin_transaction(), k.at, k.upper, k.open, k.incarnation, recall._fingerprint(r.oid), 0, 0
FROM recall.relation AS r
CROSS JOIN recall.tick AS k
WHERE r.id = $1 AND k.id = $2
RETURNING id, copy, at
