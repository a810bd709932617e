EXISTS (
  SELECT
  FROM pg_temp.recall_step AS h
  CROSS JOIN LATERAL (SELECT h.target::{parent} AS image OFFSET 0) AS q
  WHERE h.relation = {relation} AND h.target IS NOT NULL AND ({planned_columns}) = ({child_columns})
)
