-- From now on the second factor is asked for; the codes stand in for it.
WITH confirmed AS (
  UPDATE recall_control.user_account SET totp_confirmed = true, totp_last_step = $3
  WHERE id = $1 AND NOT totp_confirmed AND totp_secret = $2
  RETURNING id
),
forgotten AS (
  DELETE FROM recall_control.recovery_code
  WHERE user_id IN (SELECT c.id FROM confirmed AS c) AND NOT code_hash = ANY ($4::bytea[])
)
INSERT INTO recall_control.recovery_code (user_id, code_hash)
SELECT c.id, h FROM confirmed AS c CROSS JOIN unnest($4::bytea[]) AS h
