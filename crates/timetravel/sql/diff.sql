-- What became of the rows of a table between two moments, from the changes between them alone: what
-- was there after each change, less what was there before it. What is left over with a minus was
-- there at the first moment and is not at the second, what is left over with a plus the other way
-- round. So no row is read that was not changed, and neither the order of changes within a
-- transaction nor keys that wander from row to row matter.
--
-- Images cancel as texts first, which is cheap; only what is left is decoded, and may cancel then
-- against the image of another shape. Changes are counted backwards where the second moment is the
-- earlier one. Columns go by their names of today. `first` and `last` tell the order of the images of a key that do not cancel although
-- they should, because the table was altered in between or something is missing; the transactions
-- tell whether they have an order at all.
SELECT
  n.key::pg_catalog.text AS key, n.image::pg_catalog.jsonb AS image, n.copies,
  n.first, n.last, n.first_tx, n.last_tx
FROM (
  SELECT
    {key} AS key,
    d.image::pg_catalog.text AS image,
    pg_catalog.sum(d.copies)::bigint AS copies,
    pg_catalog.min(d.first) AS first,
    pg_catalog.max(d.last) AS last,
    pg_catalog.min(d.first_tx) AS first_tx,
    pg_catalog.max(d.last_tx) AS last_tx
  FROM (
    SELECT {image} AS image, s.copies, s.first, s.last, s.first_tx, s.last_tx
    FROM (
      SELECT
        c.shape, i.image,
        pg_catalog.sum(i.copies * w.direction) AS copies,
        pg_catalog.min(c.id * w.direction) AS first,
        pg_catalog.max(c.id * w.direction) AS last,
        pg_catalog.min(c.tx) AS first_tx,
        pg_catalog.max(c.tx) AS last_tx
      FROM recall.change AS c
      CROSS JOIN LATERAL (SELECT CASE WHEN {after_to} THEN -1 ELSE 1 END AS direction) AS w
      CROSS JOIN LATERAL (VALUES (c.old, -1), (recall._whole(c.old, c.new), 1)) AS i (image, copies)
      WHERE c.relation = {relation}
        AND (({after_from} AND NOT {after_to}) OR ({after_to} AND NOT {after_from}))
        AND i.image IS NOT NULL
      GROUP BY c.shape, i.image
      HAVING pg_catalog.sum(i.copies * w.direction) <> 0
    ) AS s
    -- OFFSET 0: the image is decoded once, and not anew for each use of it.
    OFFSET 0
  ) AS d
  GROUP BY 1, 2
  HAVING pg_catalog.sum(d.copies) <> 0
) AS n
ORDER BY n.key, n.copies, n.first, n.image
