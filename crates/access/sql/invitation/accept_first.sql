-- Makes the first administrator, if the link is still good and there is none yet.
WITH used AS (
  UPDATE recall_control.invitation SET used_at = now()
  WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now() AND user_id IS NULL
    AND NOT EXISTS (
      SELECT
      FROM recall_control.user_account AS u
      JOIN recall_control.membership AS m ON m.user_id = u.id
      WHERE m.role = 'administrator' AND m.target = '*' AND u.disabled_at IS NULL
    )
  RETURNING token_hash
),
added AS (
  INSERT INTO recall_control.user_account (name, password_hash)
  SELECT $3, $2 FROM used
  RETURNING id, name
),
placed AS (
  INSERT INTO recall_control.membership (user_id, role) SELECT a.id, 'administrator' FROM added AS a
)
SELECT a.name FROM added AS a
