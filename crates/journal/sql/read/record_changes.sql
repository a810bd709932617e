-- The changes under one key, also those that moved a row to it, in the order of the row.
SELECT
  c.id, c.tx, c.at, c.op::text AS op, c.relation,
  recall._decode(c.shape, c.old) AS old, recall._decode(c.shape, recall._whole(c.old, c.new)) AS new, c.key, c.new_key,
  t.actor, t.actor_email, t.tenant, t.session, t.request, t.reason,
  coalesce(t.application, nullif(c.application, '')) AS application, coalesce(t.ip, host(c.ip)) AS ip,
  t.user_agent, c.database_user, c.database_role, t.extra
FROM (
  SELECT a.* FROM recall.change AS a WHERE a.relation = $1 AND a.key = $2
  UNION
  SELECT b.* FROM recall.change AS b WHERE b.relation = $1 AND b.new_key = $2
) AS c
LEFT JOIN recall.transaction AS t ON t.id = c.tx
WHERE c.id BETWEEN $3 AND $4
  -- What was recorded under another key is of other records.
  AND c.id >= (SELECT r.since_change FROM recall.relation AS r WHERE r.id = $1)
ORDER BY c.id
