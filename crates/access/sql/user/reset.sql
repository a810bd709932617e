-- Takes password, second factor and identities away and lets the user in again by an invitation. What it was
-- signed in with ends, and so does an account of the provider that is about to be linked.
WITH reset AS (
  UPDATE recall_control.user_account
  SET
    password_hash = NULL, disabled_at = NULL, failures = 0, locked_until = NULL,
    totp_secret = NULL, totp_confirmed = false, version = version + 1
  WHERE id = $1
),
unlinked AS (
  DELETE FROM recall_control.identity WHERE user_id = $1
),
begun AS (
  DELETE FROM recall_control.openid_attempt WHERE user_id = $1
),
removed AS (
  DELETE FROM recall_control.security_key WHERE user_id = $1
),
ended AS (
  DELETE FROM recall_control.session WHERE user_id = $1
)
DELETE FROM recall_control.recovery_code WHERE user_id = $1
