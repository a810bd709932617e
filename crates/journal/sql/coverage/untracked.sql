-- The tables of the database that are not recorded, each with the reason. Partitions of a tracked table
-- are recorded with it. Rows are the server's estimate, writes what it counted since its statistics
-- were reset.
SELECT
  n.nspname,
  c.relname,
  CASE
    WHEN c.relkind = 'f' THEN 'foreign table'
    WHEN c.relpersistence = 't' THEN 'temporary'
    WHEN EXISTS (
      SELECT
      FROM pg_catalog.pg_depend AS d
      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    ) THEN 'belongs to an extension'
    WHEN p.tracked IS FALSE THEN 'exception'
    WHEN NOT pg_catalog.has_table_privilege(j.nspowner, c.oid, 'SELECT')
      OR NOT pg_catalog.has_schema_privilege(j.nspowner, n.oid, 'USAGE') THEN 'not readable for the journal'
    WHEN NOT pg_catalog.pg_has_role(c.relowner, 'USAGE') THEN 'not yours'
    WHEN p.tracked AND NOT c.relispartition THEN 'waits for reconcile'
    WHEN r.id IS NOT NULL THEN 'untracked'
    ELSE 'no pattern'
  END AS reason,
  c.relpersistence = 'u' AS unlogged,
  c.relispartition AS partition,
  recall._key_of(c.oid) AS key_columns,
  CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END AS row_estimate,
  pg_catalog.pg_total_relation_size(c.oid) AS bytes,
  coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0) AS writes
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_namespace AS j ON j.nspname = 'recall'
CROSS JOIN LATERAL recall._pattern_for(c.oid) AS p
LEFT JOIN pg_catalog.pg_stat_all_tables AS s ON s.relid = c.oid
LEFT JOIN recall.relation AS r ON r.oid = c.oid
WHERE c.relkind IN ('r', 'p', 'f')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'recall', 'recall_control')
  AND n.nspname !~ '^pg_toast'
  AND NOT pg_catalog.pg_is_other_temp_schema(n.oid)
  AND r.tracked IS NOT TRUE
  AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_partition_ancestors(c.oid) AS a
    JOIN recall.relation AS above ON above.oid = a.relid
    WHERE above.tracked
  )
ORDER BY writes DESC, n.nspname, c.relname
