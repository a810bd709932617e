-- Takes what is due, for a while: of several workers, each gets others. What a worker had whose time
-- is over counts as due again; after the last attempt it is given up. Mail to a user goes to the
-- address of now, and nowhere if the user was disabled meanwhile.
WITH given_up AS (
  UPDATE recall_control.delivery SET status = 'dead', finished_at = now(), leased_until = NULL
  WHERE status = 'sending' AND leased_until <= now() AND attempts - retried_from >= $3
),
due AS (
  SELECT d.id
  FROM recall_control.delivery AS d
  WHERE (d.status = 'waiting' AND d.due_at <= now())
    OR (d.status = 'sending' AND d.leased_until <= now() AND d.attempts - d.retried_from < $3)
  ORDER BY d.due_at
  LIMIT $1
  FOR UPDATE SKIP LOCKED
)
UPDATE recall_control.delivery AS d
SET status = 'sending', attempts = d.attempts + 1, leased_until = now() + make_interval(secs => $2)
FROM recall_control.notice AS n
WHERE d.id IN (SELECT due.id FROM due) AND n.id = d.notice_id
RETURNING
  d.id, d.message::text AS message, d.channel, d.attempts,
  CASE
    WHEN d.user_id IS NULL THEN d.recipient
    ELSE (SELECT u.mail FROM recall_control.user_account AS u WHERE u.id = d.user_id AND u.disabled_at IS NULL)
  END AS recipient,
  n.id AS notice, n.topic, n.at, n.actor, n.target, n.tenant, n.subject, n.details
