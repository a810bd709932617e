-- Whether the connected user may do what no read-only transaction holds back: read files, run
-- programs, stop other sessions.
SELECT r.rolsuper
  OR pg_catalog.pg_has_role(r.oid, 'pg_read_server_files', 'MEMBER')
  OR pg_catalog.pg_has_role(r.oid, 'pg_write_server_files', 'MEMBER')
  OR pg_catalog.pg_has_role(r.oid, 'pg_execute_server_program', 'MEMBER')
  OR pg_catalog.pg_has_role(r.oid, 'pg_signal_backend', 'MEMBER') AS is_mighty
FROM pg_catalog.pg_roles AS r
WHERE r.rolname = session_user
