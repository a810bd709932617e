-- What is visible now, in the numbers of the journal, and the server's time. In another cluster than
-- that of the latest incarnation the server's numbers mean nothing yet: everything is visible.
SELECT
  pg_catalog.clock_timestamp() AS at,
  CASE WHEN i.here THEN pg_snapshot_xmax(s.seen)::text::bigint + i.tx_offset ELSE 9223372036854775807 END AS upper,
  CASE
    WHEN i.here THEN ARRAY(SELECT x::text::bigint + i.tx_offset FROM pg_snapshot_xip(s.seen) AS x ORDER BY 1)
    ELSE '{}'
  END AS open
FROM (SELECT pg_current_snapshot() AS seen) AS s
CROSS JOIN (
  SELECT n.tx_offset, n.system = recall._system() AS here
  FROM recall.incarnation AS n
  ORDER BY n.id DESC
  LIMIT 1
) AS i
