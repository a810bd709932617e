-- Gives whether it was good until now; no row where there is no such token.
UPDATE recall_control.token AS t SET revoked_at = coalesce(t.revoked_at, now())
FROM recall_control.token AS before
JOIN recall_control.user_account AS u ON u.id = before.user_id
WHERE t.id = $1 AND before.id = t.id AND ($2::text IS NULL OR u.name = $2)
RETURNING before.revoked_at IS NULL AS revoked
