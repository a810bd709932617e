SELECT recall._drop_unfit_checkpoints($1) AS dropped
