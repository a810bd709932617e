-- Writes into the journal what a batch of the plan did, just as our triggers would have done row by
-- row; they rest meanwhile.
INSERT INTO recall.change (
  id, at, tx, relation, shape, op, database_user, database_role, application, ip, key, old, new
)
SELECT
  pg_catalog.nextval('recall.change_id'), pg_catalog.clock_timestamp(), own.tx, {relation}, {shape}, {op}, session_user,
  nullif(pg_catalog.current_setting('role'), 'none'), pg_catalog.current_setting('application_name'),
  pg_catalog.inet_client_addr(), coalesce(s.key, s.target_key), s.expected,
  CASE WHEN s.action = 'U' THEN {kept_after} ELSE s.target END
FROM (SELECT recall._begin_transaction() AS tx OFFSET 0) AS own
CROSS JOIN pg_temp.recall_step AS s
WHERE s.batch = $1 AND s.position BETWEEN $2 AND $3
