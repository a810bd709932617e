-- The ticks around a time, and what is visible now. Where the clock was turned back, a time came
-- twice; the later occurrence is meant, so nothing from before the last turn that had come by then
-- counts.
WITH turn AS (
  SELECT coalesce(max(k.id), 0) AS id FROM recall.tick AS k WHERE k.turned_back AND k.at <= $1
),
earlier AS (
  SELECT k.*
  FROM recall.tick AS k
  WHERE k.on_time AND k.at <= $1 AND k.id >= (SELECT t.id FROM turn AS t)
  ORDER BY k.at DESC, k.id DESC
  LIMIT 1
),
later AS (
  SELECT k.*
  FROM recall.tick AS k
  WHERE k.on_time AND k.at > $1 AND k.id > coalesce((SELECT e.id FROM earlier AS e), 0)
  ORDER BY k.id
  LIMIT 1
)
SELECT
  e.id AS earlier_id, e.at AS earlier_at, e.valid_until, e.upper AS earlier_upper, e.open AS earlier_open,
  e.incarnation = (SELECT max(i.id) FROM recall.incarnation AS i) AS earlier_is_here,
  l.id AS later_id, l.at AS later_at, l.upper AS later_upper, l.open AS later_open
FROM (SELECT) AS one
LEFT JOIN earlier AS e ON true
LEFT JOIN later AS l ON true
