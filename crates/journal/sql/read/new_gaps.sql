-- Gaps with a higher number, but for those that are on purpose. Failures come one a transaction: those
-- of a day are one. The key is the same at each look, and another one in a journal that was installed
-- anew.
SELECT DISTINCT ON (key)
  g.id, g.reason, g.detail, g.from_tx, g.from_at, g.until_tx, g.until_at, r.schema_name, r.table_name,
  CASE g.reason
    WHEN 'failed' THEN pg_catalog.concat_ws('/', 'failed', g.relation, g.detail, pg_catalog.date_trunc('day', g.from_at AT TIME ZONE 'UTC'))
    ELSE pg_catalog.concat_ws('/', g.id, extract('epoch' FROM g.from_at))
  END AS key
FROM recall.gap AS g
LEFT JOIN recall.relation AS r ON r.id = g.relation
WHERE g.id > $1 AND g.reason <> 'selective'
ORDER BY key, g.id
