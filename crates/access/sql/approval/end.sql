-- It ends before anything was applied.
UPDATE recall_control.approval SET status = $2, settled_at = now(), version = version + 1
WHERE id = $1 AND status IN ('requested', 'approved')
