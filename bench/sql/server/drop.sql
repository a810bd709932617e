-- By force, because a session that was given up may still be there.
DROP DATABASE IF EXISTS {database} WITH (FORCE);
