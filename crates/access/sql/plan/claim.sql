-- One of those who want to apply a plan gets it.
UPDATE recall_control.plan
SET status = 'applying', claimed_by = $2, claimed_at = now(), apply_key = $3, reason = $4, version = version + 1
WHERE id = $1
