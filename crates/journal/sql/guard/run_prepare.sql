SELECT recall._prepare_guard($1)
