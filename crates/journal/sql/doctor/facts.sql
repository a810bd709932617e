-- What is installed and permitted, and how it stands, in one row.
SELECT
  pg_catalog.current_setting('server_version') AS server_version,
  o.rolname::text AS owner,
  o.rolsuper AS owner_is_superuser,
  pg_catalog.pg_has_role(o.oid, 'USAGE') AS has_rights_of_owner,
  pg_catalog.current_setting('track_commit_timestamp') = 'on' AS commit_times,
  ARRAY(
    SELECT coalesce(r.rolname, 'all roles')::text
    FROM pg_catalog.pg_db_role_setting AS s
    LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
    WHERE 'session_replication_role=replica' = ANY (s.setconfig)
      AND s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()))
    ORDER BY 1
  ) AS replica_roles,
  (SELECT count(*) FROM recall.tracked AS t WHERE t.tracked) AS tracked,
  (SELECT count(*) FROM recall.pattern AS p WHERE p.tracked) AS patterns,
  (SELECT count(*) FROM recall.gap AS g) AS gaps,
  (SELECT count(*) FROM recall.gap AS g WHERE g.until_tx IS NULL) AS open_gaps,
  (SELECT count(*) FROM recall._months() AS m WHERE m.from_at > pg_catalog.now()) AS months_ahead,
  EXISTS (SELECT FROM recall.change_default AS d) AS default_in_use,
  (SELECT (s.value #>> '{}')::timestamptz FROM recall.setting AS s WHERE s.name = 'maintained_at') AS maintained_at,
  coalesce(
    (
      SELECT (s.value #>> '{}')::timestamptz < pg_catalog.now() - interval '2 days'
      FROM recall.setting AS s
      WHERE s.name = 'maintained_at'
    ),
    true
  ) AS maintained_long_ago,
  -- The journal has an index of transactions and none of times, and is too long to be read for this.
  -- Transactions are numbered nearly as they come.
  (
    SELECT min(f.at)
    FROM (SELECT c.at FROM recall.change AS c ORDER BY c.tx LIMIT 1000) AS f
  ) AS oldest,
  (
    SELECT greatest(coalesce(sum(c.reltuples) FILTER (WHERE c.reltuples > 0), 0), 0)::bigint
    FROM pg_catalog.pg_inherits AS i
    JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'recall.change'::regclass
  ) AS change_estimate,
  (
    SELECT coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)), 0)::bigint
    FROM pg_catalog.pg_class AS c
    WHERE c.relnamespace = n.oid AND c.relkind = 'r'
  ) AS bytes,
  pg_catalog.pg_database_size(pg_catalog.current_database()) AS database_bytes,
  (SELECT count(*) FROM recall.refusal AS r) AS refusals,
  (SELECT count(*) FROM recall.checkpoint AS c) AS checkpoints,
  (SELECT coalesce(sum(c.bytes), 0)::bigint FROM recall.checkpoint AS c) AS checkpoint_bytes,
  (SELECT count(*) FROM recall.undo_run AS r) AS unfinished_undos
FROM pg_catalog.pg_namespace AS n
JOIN pg_catalog.pg_roles AS o ON o.oid = n.nspowner
WHERE n.nspname = 'recall'
