-- The transactions of the journal that became visible between two snapshots; when, as far as it is
-- known; and, where it is not, when they made their last change, before which it cannot have been.
--
-- The limit is part of the text, and arrays go through ARRAY(…), so that a plan for all calls looks no dearer to
-- the server than one for each.
SELECT c.tx, t.at AS committed_at, CASE WHEN t.at IS NULL THEN (
  SELECT max(h.at) FROM recall.change AS h WHERE h.tx = c.tx
) END AS last_change_at
FROM (
  SELECT b.tx FROM (
    {between}
  ) AS b LIMIT {limit}
) AS c
LEFT JOIN recall.commit AS k ON k.tx = c.tx
CROSS JOIN LATERAL (
  SELECT coalesce(k.at, CASE WHEN $5::boolean THEN recall._commit_time(c.tx) END) AS at
) AS t
