-- The plan is being applied with this approval.
UPDATE recall_control.approval SET status = 'applying', version = version + 1
WHERE id = $1 AND status = 'approved' AND expires_at > now()
