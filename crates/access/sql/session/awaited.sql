-- Who is half the way in.
SELECT u.id, u.name
FROM recall_control.session AS s
JOIN recall_control.user_account AS u ON u.id = s.user_id
WHERE s.token_hash = $1 AND s.awaits_second_factor AND s.expires_at > now() AND u.disabled_at IS NULL
