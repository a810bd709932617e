-- The last tick at which a transaction was not visible, and the first one at which it was.
WITH later AS (
  SELECT k.*
  FROM recall.tick AS k
  WHERE k.upper > $1 AND $1 <> ALL (k.open)
  ORDER BY k.upper, k.id
  LIMIT 1
),
earlier AS (
  SELECT k.*
  FROM recall.tick AS k
  WHERE k.id < coalesce((SELECT l.id FROM later AS l), 9223372036854775807)
    AND (k.upper <= $1 OR $1 = ANY (k.open))
  ORDER BY k.id DESC
  LIMIT 1
)
SELECT
  e.id AS earlier_id, e.at AS earlier_at, e.valid_until, e.upper AS earlier_upper, e.open AS earlier_open,
  e.incarnation = (SELECT max(i.id) FROM recall.incarnation AS i) AS earlier_is_here,
  l.id AS later_id, l.at AS later_at, l.upper AS later_upper, l.open AS later_open
FROM (SELECT) AS one
LEFT JOIN earlier AS e ON true
LEFT JOIN later AS l ON true
