-- New codes; the earlier ones do not count any more.
WITH forgotten AS (
  DELETE FROM recall_control.recovery_code WHERE user_id = $1
)
INSERT INTO recall_control.recovery_code (user_id, code_hash)
SELECT $1, h FROM unnest($2::bytea[]) AS h
