-- One of several has approved; the others are still to come.
UPDATE recall_control.approval SET version = version + 1
WHERE id = $1 AND status = 'requested' AND expires_at > now()
