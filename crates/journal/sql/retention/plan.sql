SELECT
  p.partition::text AS partition, p.relation, p.before, p.whole,
  p.changes, p.bytes, p.from_at, p.until_at, p.from_tx, p.until_tx
FROM recall._retention_plan($1, $2) AS p
