-- Those of a user, and what others share.
SELECT s.id, s.target, s.name, s.query, s.shared, u.name AS owner, s.user_id = $1 AS own
FROM recall_control.saved_search AS s
JOIN recall_control.user_account AS u ON u.id = s.user_id
WHERE s.user_id = $1 OR (s.shared AND u.disabled_at IS NULL)
ORDER BY s.target, s.name, s.id
