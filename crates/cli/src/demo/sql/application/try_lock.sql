-- Of two demos at once the second would take the database away from the first.
SELECT pg_try_advisory_lock(hashtext('pgrecall demo'))
