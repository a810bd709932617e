UPDATE recall_control.watched SET bulk_at = $2 WHERE target = $1
