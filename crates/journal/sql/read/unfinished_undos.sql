-- The undos in several transactions that are not finished.
SELECT r.id, r.started_at, r.database_user, r.actor, r.reason, r.plan_hash, r.rows, r.done, r.takes_back
FROM recall.undo_run AS r
ORDER BY r.id
