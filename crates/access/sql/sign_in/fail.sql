-- Counts a failure; after so many in a row the user is locked out for a while.
UPDATE recall_control.user_account
SET
  failures = CASE WHEN failures + 1 >= $2 THEN 0 ELSE failures + 1 END,
  locked_until = CASE WHEN failures + 1 >= $2 THEN now() + make_interval(mins => $3) ELSE locked_until END
WHERE id = $1
RETURNING coalesce(locked_until > now(), false) AS locked
