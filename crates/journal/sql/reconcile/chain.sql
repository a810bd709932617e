-- Rows of which the journal does not tell the whole story: what a change left must be what the next
-- change of that key found, and what the newest left must be the row of today. All in one snapshot; the
-- server sorts on disk what does not fit into its memory.
--
-- Each change says what was under its key before (phase 0) and after (phase 1); one that changes the key
-- says so for both keys. Images are compared where they have the same columns. Within a transaction the
-- order may be another one, where triggers change other rows: what seems broken is looked at again, and is whole
-- if any change of the one transaction left what any of the other found. What lies in a known gap is known.
WITH said AS (
  SELECT c.id, 0 AS phase, c.key, c.tx, c.at, c.shape, c.old AS image
  FROM recall.change AS c
  WHERE c.relation = $1 AND c.id >= $2
  UNION ALL
  SELECT c.id, 1, coalesce(c.new_key, c.key), c.tx, c.at, c.shape, CASE c.op WHEN 'T' THEN NULL ELSE recall._whole(c.old, c.new) END
  FROM recall.change AS c
  WHERE c.relation = $1 AND c.id >= $2
  UNION ALL
  SELECT c.id, p.phase, CASE p.phase WHEN 0 THEN c.new_key ELSE c.key END, c.tx, c.at, c.shape, NULL
  FROM recall.change AS c
  CROSS JOIN (VALUES (0), (1)) AS p (phase)
  WHERE c.relation = $1 AND c.id >= $2 AND c.new_key IS NOT NULL
),
pair AS (
  SELECT
    s.*,
    lag(s.id) OVER w IS NOT NULL AS follows,
    lag(s.tx) OVER w AS from_tx, lag(s.at) OVER w AS from_at,
    lag(s.shape) OVER w AS left_shape, lag(s.image) OVER w AS left_image,
    lead(s.id) OVER w IS NULL AS newest
  FROM said AS s
  WINDOW w AS (PARTITION BY s.key ORDER BY s.id, s.phase)
),
present AS (
  SELECT {key} AS key, {text} AS image FROM {table} AS r
),
broken AS (
  SELECT p.key, p.from_tx, p.from_at, p.tx AS until_tx, NULL AS found
  FROM pair AS p
  WHERE p.phase = 0 AND p.follows AND p.from_tx <> p.tx
    AND (
      (p.image IS NULL) <> (p.left_image IS NULL)
      OR (p.shape = p.left_shape AND p.image <> p.left_image)
    )
  UNION ALL
  SELECT p.key, p.tx, p.at, NULL, r.image
  FROM pair AS p
  LEFT JOIN present AS r ON r.key = p.key
  WHERE p.newest AND p.phase = 1
    AND (
      (p.image IS NULL) <> (r.key IS NULL)
      OR (p.shape = $3 AND p.image <> r.image)
    )
)
SELECT count(DISTINCT b.key) AS keys, min(b.from_tx) AS from_tx, min(b.from_at) AS from_at
FROM broken AS b
WHERE NOT EXISTS (
  SELECT
  FROM recall.gap AS g
  WHERE g.relation = $1
    AND (b.until_tx IS NULL OR g.from_tx <= b.until_tx)
    AND (g.until_tx IS NULL OR g.until_tx >= b.from_tx)
)
AND NOT EXISTS (
  SELECT
  FROM recall.change AS l
  CROSS JOIN LATERAL (
    VALUES
      (coalesce(l.new_key, l.key), CASE l.op WHEN 'T' THEN NULL ELSE recall._whole(l.old, l.new) END),
      (CASE WHEN l.new_key IS NOT NULL THEN l.key END, NULL)
  ) AS w (key, image)
  WHERE l.relation = $1 AND l.tx = b.from_tx AND (l.key = b.key OR l.new_key = b.key) AND w.key = b.key
    AND CASE
      WHEN b.until_tx IS NULL THEN w.image IS NOT DISTINCT FROM b.found
      ELSE EXISTS (
        SELECT
        FROM recall.change AS f
        CROSS JOIN LATERAL (VALUES (f.key, f.old), (f.new_key, NULL)) AS s (key, image)
        WHERE f.relation = $1 AND f.tx = b.until_tx AND (f.key = b.key OR f.new_key = b.key) AND s.key = b.key
          AND s.image IS NOT DISTINCT FROM w.image
      )
    END
)
