SELECT recall._checkpoint_every($1, $2, $3) AS took
