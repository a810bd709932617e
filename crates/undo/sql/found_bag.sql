SELECT r.tableoid, r.ctid, w.target
FROM (
  SELECT
    s.target, pg_catalog.concat(ROW({expected_columns})) AS row,
    pg_catalog.row_number() OVER (PARTITION BY coalesce(s.found, s.expected) ORDER BY s.position) AS copy
  FROM pg_temp.recall_step AS s
  CROSS JOIN LATERAL (SELECT coalesce(s.found, s.expected)::{table} AS image OFFSET 0) AS k
  WHERE s.batch = $1 AND s.position BETWEEN $2 AND $3
) AS w
JOIN (
  SELECT
    r.tableoid, r.ctid, pg_catalog.concat(ROW({live_columns})) AS row,
    pg_catalog.row_number() OVER (PARTITION BY pg_catalog.concat(ROW({live_columns}))) AS copy
  FROM {live_table} AS r
) AS r ON r.row = w.row AND r.copy = w.copy
