SELECT recall._drop_undo_run($1) AS dropped
