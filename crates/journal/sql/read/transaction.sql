-- One transaction with its context, what it took back and what took it back. Of a transaction that
-- said nothing about itself, its first change tells who it was.
SELECT
  $1::bigint AS id,
  coalesce(($1 - i.tx_offset)::text, '') AS xid,
  coalesce(t.started_at, c.at) AS started_at, coalesce(t.at, c.at) AS at,
  t.actor, t.actor_email, t.tenant, t.session, t.request, t.reason,
  coalesce(t.application, nullif(c.application, '')) AS application, coalesce(t.ip, host(c.ip)) AS ip,
  t.user_agent, coalesce(t.database_user, c.database_user) AS database_user,
  coalesce(t.database_role, c.database_role) AS database_role, t.extra,
  coalesce((SELECT u.reverses FROM recall.undo AS u WHERE u.tx = $1), '{}') AS undoes,
  coalesce((SELECT array_agg(u.tx ORDER BY u.tx) FROM recall.undo AS u WHERE $1 = ANY (u.reverses)), '{}') AS undone_by
FROM (SELECT) AS one
LEFT JOIN recall.transaction AS t ON t.id = $1
LEFT JOIN LATERAL (
  SELECT f.* FROM recall.change AS f WHERE f.tx = $1 ORDER BY f.id LIMIT 1
) AS c ON true
LEFT JOIN LATERAL (
  SELECT n.tx_offset
  FROM recall.incarnation AS n
  WHERE n.started_at <= coalesce(t.at, c.at) AND n.system <> 'unknown'
  ORDER BY n.id DESC
  LIMIT 1
) AS i ON true
WHERE t.id IS NOT NULL OR c.id IS NOT NULL
