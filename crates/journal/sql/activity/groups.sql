-- How much was changed, by what the user asks for; what is not asked for is null. The busiest first.
SELECT
  {actor} AS actor, {database_user} AS database_user, {relation} AS relation, {hour} AS hour, {day} AS day,
  {op} AS op, {application} AS application, {tenant} AS tenant, {session} AS session,
  pg_catalog.count(*) AS changes,
  pg_catalog.count(DISTINCT c.tx) AS transactions,
  pg_catalog.count(*) FILTER (WHERE c.op = 'I') AS inserts,
  pg_catalog.count(*) FILTER (WHERE c.op = 'U') AS updates,
  pg_catalog.count(*) FILTER (WHERE c.op = 'D') AS deletes,
  pg_catalog.count(*) FILTER (WHERE c.op = 'T') AS truncates,
  pg_catalog.min(c.at) AS first_at,
  pg_catalog.max(c.at) AS last_at
FROM ({changes}) AS c
-- Named here too, so that it has a type where neither hour nor day is asked for.
CROSS JOIN (SELECT $15::text AS time_zone OFFSET 0) AS z
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
ORDER BY changes DESC, 4, 5, 1, 2, 3, 6, 7, 8, 9
LIMIT $14
