-- Keeps the steps of the plan on this connection, each in the part in which it is to be done; the
-- parameters are the run and the places at which the parts begin.
SELECT coalesce(pg_catalog.sum(n.kept), 0)::pg_catalog.int8 AS kept
FROM (
  SELECT
    recall._keep_undo_steps(
      pg_catalog.array_agg(
        ROW(
          $1::pg_catalog.int8, pg_catalog.width_bucket(s.position, $2::pg_catalog.int8[]), s.position, s.batch,
          s.relation, s.action, s.key, s.target_key, s.expected, s.found, s.hashes, s.target, s.changes
        )::recall.undo_step
      )
    ) AS kept
  FROM pg_temp.recall_step AS s
  GROUP BY s.position / 1000
) AS n
