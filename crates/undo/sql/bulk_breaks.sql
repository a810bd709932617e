-- Whether a change of a row did not find what the one before it had left.
SELECT EXISTS (
  SELECT
  FROM (
    SELECT
      c.old,
      pg_catalog.lag(recall._whole(c.old, c.new)) OVER row AS left_behind,
      pg_catalog.row_number() OVER row AS place
    {chosen}
      AND c.relation = {relation}
    WINDOW row AS (PARTITION BY c.key ORDER BY c.id)
  ) AS n
  WHERE n.place > 1 AND n.old IS DISTINCT FROM n.left_behind
) AS broken
