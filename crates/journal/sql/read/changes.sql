-- Changes with their context. A filter that is null lets everything pass; the planner sees the
-- values, so that what does not filter costs nothing.
SELECT
  c.id, c.tx, c.at, c.op::text AS op, c.relation,
  recall._decode(c.shape, c.old) AS old, recall._decode(c.shape, recall._whole(c.old, c.new)) AS new,
  t.actor, t.actor_email, t.tenant, t.session, t.request, t.reason,
  coalesce(t.application, nullif(c.application, '')) AS application, coalesce(t.ip, host(c.ip)) AS ip,
  t.user_agent, c.database_user, c.database_role, t.extra
FROM recall.change AS c
LEFT JOIN recall.transaction AS t ON t.id = c.tx
WHERE ($1::integer[] IS NULL OR c.relation = ANY ($1))
  -- What was recorded under another key is of other records.
  AND ($2::text IS NULL OR (
    (c.key = $2 OR c.new_key = $2)
    AND c.id >= (SELECT r.since_change FROM recall.relation AS r WHERE r.id = c.relation)
  ))
  AND ($3::text IS NULL OR t.actor = $3)
  AND ($4::text IS NULL OR t.tenant = $4)
  AND ($5::text IS NULL OR t.session = $5)
  AND ($6::bigint[] IS NULL OR c.tx = ANY ($6))
  AND ($7::text[] IS NULL OR c.op::text = ANY ($7))
  AND ($8::text IS NULL OR (
    c.op = 'U'
    AND (recall._decode(c.shape, c.old) -> $8)::text IS DISTINCT FROM (recall._decode(c.shape, recall._whole(c.old, c.new)) -> $8)::text
  ))
  AND ($9::timestamptz IS NULL OR c.at >= $9)
  AND ($10::timestamptz IS NULL OR c.at < $10)
  AND ($11::bigint IS NULL OR c.tx > $11)
  AND ($12::bigint IS NULL OR c.tx <= $12)
  AND (
    $14::bigint IS NULL OR t.operation = $14
    -- The one in which the operation began.
    OR c.tx = (SELECT o.tx FROM recall.operation AS o WHERE o.id = $14)
  )
  AND ($15::bigint IS NULL OR (c.tx, c.id) {beyond} ($15, $16::bigint))
ORDER BY c.tx {direction}, c.id {direction}
LIMIT $13
