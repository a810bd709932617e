SELECT recall._forget_guard($1)
