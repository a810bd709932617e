-- The changes that are counted, each with who made it. A filter that is null lets everything pass;
-- the months of the journal that the times leave out are not read.
SELECT
  c.tx, c.at, c.relation, c.op::text AS op,
  t.actor,
  CASE WHEN t.actor IS NULL THEN coalesce(c.database_user COLLATE "default", t.database_user) END AS database_user,
  coalesce(t.application, nullif(c.application COLLATE "default", '')) AS application,
  t.tenant, t.session
FROM recall.change AS c {sample}
LEFT JOIN recall.transaction AS t ON t.id = c.tx
WHERE ($1::integer[] IS NULL OR c.relation = ANY ($1))
  AND ($2::text IS NULL OR t.actor = $2)
  AND ($3::text IS NULL OR t.tenant = $3)
  AND ($4::text IS NULL OR t.session = $4)
  AND ($5::text[] IS NULL OR c.op::text = ANY ($5))
  AND ($6::timestamptz IS NULL OR c.at >= $6)
  AND ($7::timestamptz IS NULL OR c.at < $7)
  AND ($8::bigint IS NULL OR c.tx > $8)
  AND ($9::bigint IS NULL OR c.tx <= $9)
  -- What was recorded under another key is of other records.
  AND ($10::text IS NULL OR (
    (c.key = $10 OR c.new_key = $10)
    AND c.id >= (SELECT r.since_change FROM recall.relation AS r WHERE r.id = c.relation)
  ))
  AND ($11::bigint[] IS NULL OR c.tx = ANY ($11))
  AND ($12::text IS NULL OR (
    c.op = 'U'
    AND (recall._decode(c.shape, c.old) -> $12)::text
      IS DISTINCT FROM (recall._decode(c.shape, recall._whole(c.old, c.new)) -> $12)::text
  ))
  AND (
    $13::bigint IS NULL OR t.operation = $13
    -- The one in which the operation began.
    OR c.tx = (SELECT o.tx FROM recall.operation AS o WHERE o.id = $13)
  )
