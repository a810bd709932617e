-- A long journal: :changes changes of tickets, payments and webinars, ten to a transaction, by many,
-- from the beginning of the month until now. They are written as capture writes them, but at once:
-- only how long things take is looked at over them, so what they say need not lead to the rows of
-- today.

SET synchronous_commit = off;

CREATE TEMPORARY TABLE sample AS
SELECT row_number() OVER (ORDER BY id) - 1 AS number, relation, shape, old, new
FROM recall.change
WHERE op = 'U';

CREATE TEMPORARY TABLE stretch AS
SELECT
  date_trunc('month', now()) AS since,
  (now() - date_trunc('month', now())) / (:changes / 10 + 1) AS step,
  (SELECT count(*) FROM sample) AS samples,
  (SELECT min(id) FROM recall.transaction) AS first_tx,
  (SELECT min(id) FROM recall.change) AS first_change;

INSERT INTO recall.transaction (id, started_at, at, database_user, actor, tenant, session, reason)
SELECT
  s.first_tx - :changes / 10 - 1 + g, s.since + g * s.step, s.since + g * s.step, 'event_app',
  (ARRAY['guest', 'checkout', 'nightly-import', 'support-3', 'support-12', 'mira'])[1 + g % 6],
  (ARRAY['northwind-events', 'aurora-talks', 'lantern-academy'])[1 + g % 3],
  'long-' || g / 50,
  CASE WHEN g % 9 = 0 THEN 'routine' END
FROM generate_series(1, :changes / 10) AS g, stretch AS s;

INSERT INTO recall.change (id, at, tx, relation, shape, op, database_user, key, old, new)
SELECT
  s.first_change - :changes - 1 + g, s.since + (1 + (g - 1) / 10) * s.step,
  s.first_tx - :changes / 10 + (g - 1) / 10, c.relation, c.shape, 'U', 'event_app',
  (1000000 + g % 2000000)::text, c.old, c.new
FROM stretch AS s
CROSS JOIN generate_series(1, :changes) AS g
JOIN sample AS c ON c.number = g % s.samples;

VACUUM ANALYZE recall.change;
VACUUM ANALYZE recall.transaction;
