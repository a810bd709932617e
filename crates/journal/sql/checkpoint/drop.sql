SELECT recall._drop_checkpoints($1) AS dropped
