-- It did not arrive. It is tried again after a pause that grows from attempt to attempt, a little
-- longer or shorter by chance, so that what failed together does not come back together; or it is
-- given up.
WITH noted AS (
  INSERT INTO recall_control.delivery_attempt (delivery_id, number, delivered, status, answer)
  VALUES ($1, $2, false, $3, $4)
  ON CONFLICT DO NOTHING
)
UPDATE recall_control.delivery AS d
SET
  status = e.status, leased_until = NULL,
  finished_at = CASE WHEN e.status = 'dead' THEN now() END,
  due_at = now() + make_interval(
    secs => $7::float8 * power(3.5::float8, least(d.attempts - d.retried_from - 1, 12)) * (0.8 + 0.4 * random())
  )
FROM (
  SELECT CASE WHEN $5 OR attempts - retried_from >= $6 THEN 'dead' ELSE 'waiting' END AS status
  FROM recall_control.delivery
  WHERE id = $1
) AS e
WHERE d.id = $1 AND d.status = 'sending' AND d.attempts = $2
RETURNING d.status
