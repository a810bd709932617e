SELECT recall._advance_undo_run($1, $2) AS steps
