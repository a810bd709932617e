DELETE FROM recall_control.session WHERE token_hash = $1
