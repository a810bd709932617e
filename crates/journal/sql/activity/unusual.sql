-- Hours with many more changes than the same hour of the week had in the weeks before. Hours are
-- those of the user's time zone, so that the week is the one that people live by. A week counts
-- if the whole hour was recorded then and is still kept; an hour without changes counts as none.
--
-- The deviation is the median absolute deviation, scaled so that it equals the standard deviation of
-- a normal distribution (Rousseeuw and Croux, JASA 88 (1993) 1273), but at least the square root of
-- the median, as it is for events that happen independently of each other, and at least one change.
WITH hourly AS MATERIALIZED (
  SELECT
    {actor} AS actor, {database_user} AS database_user, {relation} AS relation,
    {op} AS op, {application} AS application, {tenant} AS tenant, {session} AS session,
    pg_catalog.date_trunc('hour', c.at AT TIME ZONE $14::text) AS hour,
    pg_catalog.count(*) AS changes
  FROM ({changes}) AS c
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
),
recorded AS (
  SELECT r.id, greatest(r.since_at, h.at) AT TIME ZONE $14::text AS since
  FROM recall.relation AS r
  CROSS JOIN LATERAL recall.horizon(r.id) AS h
  WHERE $1::integer[] IS NULL OR r.id = ANY ($1)
),
candidate AS (
  SELECT
    h.*,
    coalesce(
      (SELECT r.since FROM recorded AS r WHERE r.id = h.relation),
      (SELECT pg_catalog.min(r.since) FROM recorded AS r)
    ) AS since
  FROM hourly AS h
  WHERE h.hour >= pg_catalog.date_trunc('hour', $15::timestamptz AT TIME ZONE $14::text)
    AND h.changes >= {least}
),
compared AS (
  SELECT
    k.*,
    (
      SELECT pg_catalog.array_agg(coalesce(p.changes, 0))
      FROM pg_catalog.generate_series(1, {weeks}) AS w (week)
      LEFT JOIN hourly AS p ON p.hour = k.hour - w.week * interval '7 days'
        AND p.actor IS NOT DISTINCT FROM k.actor
        AND p.database_user IS NOT DISTINCT FROM k.database_user
        AND p.relation IS NOT DISTINCT FROM k.relation
        AND p.op IS NOT DISTINCT FROM k.op
        AND p.application IS NOT DISTINCT FROM k.application
        AND p.tenant IS NOT DISTINCT FROM k.tenant
        AND p.session IS NOT DISTINCT FROM k.session
      WHERE k.hour - w.week * interval '7 days' >= k.since
    ) AS earlier
  FROM candidate AS k
)
SELECT
  c.actor, c.database_user, c.relation, c.hour AT TIME ZONE $14::text AS hour, NULL::timestamptz AS day,
  c.op, c.application, c.tenant, c.session,
  c.changes, m.median, d.deviation, pg_catalog.cardinality(c.earlier) AS weeks
FROM compared AS c
CROSS JOIN LATERAL (
  SELECT pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY e.changes) AS median
  FROM pg_catalog.unnest(c.earlier) AS e (changes)
) AS m
CROSS JOIN LATERAL (
  SELECT greatest(
    1.4826 * pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY pg_catalog.abs(e.changes - m.median)),
    pg_catalog.sqrt(m.median), 1
  ) AS deviation
  FROM pg_catalog.unnest(c.earlier) AS e (changes)
) AS d
WHERE pg_catalog.cardinality(c.earlier) >= {enough}
  AND c.changes > m.median + {deviations} * d.deviation
ORDER BY (c.changes - m.median) / d.deviation DESC, hour
LIMIT $16
