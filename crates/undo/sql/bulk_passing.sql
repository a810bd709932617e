-- Whether a unique value passes from one row of the plan to another, so that the order of the single
-- rows matters.
SELECT EXISTS (
  SELECT
  FROM (
    SELECT s.position, pg_catalog.concat(ROW({target_columns})) AS value
    FROM pg_temp.recall_step AS s
    CROSS JOIN LATERAL (SELECT s.target::{table} AS image OFFSET 0) AS p
    WHERE s.relation = {relation} AND s.target IS NOT NULL AND ({target_columns}) IS NOT NULL
  ) AS taker
  JOIN (
    SELECT s.position, pg_catalog.concat(ROW({expected_columns})) AS value
    FROM pg_temp.recall_step AS s
    CROSS JOIN LATERAL (SELECT s.expected::{table} AS image OFFSET 0) AS k
    WHERE s.relation = {relation} AND s.expected IS NOT NULL AND ({expected_columns}) IS NOT NULL
  ) AS giver ON giver.value = taker.value AND giver.position <> taker.position
) AS passing
