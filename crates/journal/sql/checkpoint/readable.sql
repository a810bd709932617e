SELECT r.id, r.copy, r.upper, r.open FROM recall._readable_checkpoints($1) AS r
