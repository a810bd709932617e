-- The transactions that are visible now and were not in the given snapshot. A difference of
-- snapshots misses nothing and repeats nothing, whatever order they committed in; a high-water
-- mark over ids would miss those that committed late.
WITH present AS (
  SELECT i.tx_offset FROM recall.incarnation AS i ORDER BY i.id DESC LIMIT 1
),
oldest AS (
  SELECT pg_snapshot_xmin($1::text::pg_snapshot)::text::bigint + p.tx_offset AS tx, p.tx_offset
  FROM present AS p
)
SELECT
  pg_current_snapshot()::text AS snapshot,
  coalesce(
    (
      SELECT array_agg(DISTINCT n.tx ORDER BY n.tx)
      FROM (
        SELECT c.tx FROM recall.change AS c WHERE c.tx >= (SELECT o.tx FROM oldest AS o)
        UNION ALL
        SELECT t.id FROM recall.transaction AS t WHERE t.id >= (SELECT o.tx FROM oldest AS o)
      ) AS n
      WHERE $1::text IS NOT NULL
        AND NOT pg_visible_in_snapshot(
          (n.tx - (SELECT o.tx_offset FROM oldest AS o))::text::xid8, $1::text::pg_snapshot
        )
    ),
    '{}'
  ) AS transactions
