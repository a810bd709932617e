-- One of those who want to apply a plan gets it. One that somebody got and did not finish, because
-- its server was killed, can be had again after a while: what it expects to find tells whether it
-- was applied after all.
UPDATE recall_control.plan
SET status = 'applying', claimed_by = $2, claimed_at = now(), apply_key = $3, reason = $4
WHERE id = $1
  AND (
    (status = 'previewed' AND expires_at > now())
    OR (status = 'applying' AND apply_key = $3 AND claimed_at < now() - make_interval(secs => $5))
  )
RETURNING claimed_at
