UPDATE recall_control.plan SET status = 'applied', applied_at = now(), applied_tx = $2
WHERE id = $1 AND status = 'applying'
