-- Takes password and second factor away and lets the user in again by an invitation. What it was
-- signed in with ends.
WITH reset AS (
  UPDATE recall_control.user_account
  SET
    password_hash = NULL, disabled_at = NULL, failures = 0, locked_until = NULL,
    totp_secret = NULL, totp_confirmed = false
  WHERE name = $1
  RETURNING id
),
ended AS (
  DELETE FROM recall_control.session WHERE user_id IN (SELECT r.id FROM reset AS r)
),
forgotten AS (
  DELETE FROM recall_control.recovery_code WHERE user_id IN (SELECT r.id FROM reset AS r)
),
withdrawn AS (
  DELETE FROM recall_control.invitation WHERE user_id IN (SELECT r.id FROM reset AS r) AND used_at IS NULL
)
SELECT r.id FROM reset AS r
