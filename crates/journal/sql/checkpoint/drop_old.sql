SELECT d.dropped, d.waiting FROM recall._drop_old_checkpoints($1, $2) AS d
