-- Whether what records a table is whole: all of its triggers, and its functions as they were written.
-- `difference` is what became of the table since it was last looked at.
SELECT
  recall._is_hung(r.id) AS hung,
  coalesce(r.functions = recall._functions_of(r.id), true)
    OR EXISTS (SELECT FROM recall.paused AS p WHERE p.relation = r.id) AS functions,
  r.tracked AND recall._is_recorded_above(r.oid, r.id) AS recorded_above,
  coalesce(recall._difference(coalesce(r.seen, recall._seen(r.oid)), recall._seen(r.oid)), '{}') AS difference
FROM recall.relation AS r
WHERE r.id = $1
