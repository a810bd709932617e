-- Stretches in which somebody changed more than so many rows within a minute. Wherever a minute
-- begins in which there are more, a stretch goes on to its end; minutes that overlap are one
-- stretch.
WITH made AS MATERIALIZED (
  SELECT c.*, coalesce('a' || c.actor, 'u' || c.database_user, '') AS who
  FROM ({changes}) AS c
),
ahead AS (
  SELECT
    m.who, m.at,
    pg_catalog.count(*) OVER (
      PARTITION BY m.who ORDER BY m.at RANGE BETWEEN CURRENT ROW AND '1 minute' FOLLOWING
    ) AS changes
  FROM made AS m
),
dense AS (
  SELECT
    a.who, a.at, a.changes,
    coalesce(
      a.at - pg_catalog.lag(a.at) OVER (PARTITION BY a.who ORDER BY a.at) > '1 minute', true
    ) AS begins
  FROM ahead AS a
  WHERE a.changes > $15
),
numbered AS (
  SELECT
    d.who, d.at, d.changes,
    pg_catalog.count(*) FILTER (WHERE d.begins) OVER (PARTITION BY d.who ORDER BY d.at, d.begins DESC ROWS UNBOUNDED PRECEDING) AS stretch
  FROM dense AS d
),
bulk AS (
  SELECT
    n.who, n.stretch, pg_catalog.min(n.at) AS from_at, pg_catalog.max(n.at) + '1 minute' AS until_at,
    pg_catalog.max(n.changes) AS in_a_minute
  FROM numbered AS n
  GROUP BY n.who, n.stretch
)
SELECT
  m.actor, m.database_user, b.in_a_minute,
  pg_catalog.count(*) AS changes,
  pg_catalog.count(DISTINCT m.tx) AS transactions,
  pg_catalog.array_agg(DISTINCT m.relation ORDER BY m.relation) AS relations,
  pg_catalog.array_agg(DISTINCT m.op ORDER BY m.op) AS ops,
  pg_catalog.min(m.at) AS first_at, pg_catalog.max(m.at) AS last_at,
  pg_catalog.min(m.tx) AS first_tx, pg_catalog.max(m.tx) AS last_tx
FROM bulk AS b
JOIN made AS m ON m.who = b.who AND m.at BETWEEN b.from_at AND b.until_at
GROUP BY b.who, b.stretch, b.in_a_minute, m.actor, m.database_user
ORDER BY changes DESC, first_at
LIMIT $14
