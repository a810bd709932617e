-- The transactions that are visible now and were not in the given snapshot. A difference of
-- snapshots misses nothing and repeats nothing, whatever order they committed in; a high-water
-- mark over ids would miss those that committed late.
SELECT
  pg_current_snapshot()::text AS snapshot,
  coalesce(
    (
      SELECT array_agg(t.id ORDER BY t.id)
      FROM recall.transaction AS t
      WHERE $1::text IS NOT NULL
        AND t.incarnation = (SELECT max(i.id) FROM recall.incarnation AS i)
        AND t.xid >= pg_snapshot_xmin($1::text::pg_snapshot)
        AND NOT pg_visible_in_snapshot(t.xid, $1::text::pg_snapshot)
    ),
    '{}'
  ) AS transactions
