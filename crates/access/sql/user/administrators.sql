-- Those who can let others in now: one who has not followed the link yet cannot.
SELECT count(*) AS count
FROM recall_control.user_account AS u
WHERE u.disabled_at IS NULL
  AND EXISTS (
    SELECT
    FROM recall_control.membership AS m
    WHERE m.user_id = u.id AND m.role = 'administrator' AND m.target = '*'
  )
  AND (
    u.password_hash IS NOT NULL
    OR EXISTS (SELECT FROM recall_control.identity AS i WHERE i.user_id = u.id)
  )
