DELETE FROM recall_control.saved_search WHERE id = $1 AND user_id = $2
