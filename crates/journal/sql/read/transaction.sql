-- One transaction with its context, what it took back and what took it back.
SELECT
  t.id, t.xid::text AS xid, t.started_at, t.at,
  t.actor, t.actor_email, t.tenant, t.session, t.request, t.reason,
  t.application, t.ip, t.user_agent, t.database_user, t.database_role, t.extra,
  coalesce((SELECT u.reverses FROM recall.undo AS u WHERE u.tx = t.id), '{}') AS undoes,
  coalesce((SELECT array_agg(u.tx ORDER BY u.tx) FROM recall.undo AS u WHERE t.id = ANY (u.reverses)), '{}') AS undone_by
FROM recall.transaction AS t
WHERE t.id = $1
