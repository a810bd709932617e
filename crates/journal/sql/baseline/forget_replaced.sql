-- Older baselines of a table that tell nothing more than this one: of the same columns, or from before what
-- retention removed. A baseline without rows costs nothing and may stay.
WITH replaced AS (
  DELETE FROM recall.baseline AS b
  USING recall.baseline AS n
  CROSS JOIN LATERAL recall.horizon(n.relation) AS h
  WHERE n.id = $1
    AND b.relation = n.relation
    AND b.id < n.id
    AND b.rows > 0
    AND (b.shape = n.shape OR b.upper <= h.tx)
  RETURNING b.id
)
DELETE FROM recall.baseline_row AS r USING replaced AS o WHERE r.baseline = o.id
