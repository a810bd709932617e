-- The past of a journal: partitions for four months, a transaction an hour for a hundred days, each
-- with a change of both tables.
DO $block$
DECLARE
  month timestamptz;
  name  text;
BEGIN
  SET LOCAL TimeZone = 'UTC';
  FOR back IN 1 .. 4 LOOP
    month := date_trunc('month', now()) - make_interval(months => back);
    name := 'change_' || to_char(month, 'YYYY_MM');
    EXECUTE format('CREATE TABLE recall.%I (LIKE recall.change INCLUDING ALL)', name);
    PERFORM recall._close_partition(format('recall.%I', name)::regclass);
    EXECUTE format(
      'ALTER TABLE recall.change ATTACH PARTITION recall.%I FOR VALUES FROM (%L) TO (%L)',
      name, month, month + interval '1 month'
    );
  END LOOP;
END
$block$;

INSERT INTO recall.transaction (id, started_at, at, database_user, tenant)
SELECT 1000000000 + hour, at, at, 'app', 'acme'
FROM generate_series(1, 2400) AS h (hour)
CROSS JOIN LATERAL (SELECT now() - interval '100 days' + hour * interval '1 hour') AS m (at);

INSERT INTO recall.change (id, at, tx, relation, op, key, new)
SELECT nextval('recall.change_id'), t.at, t.id, r.id, 'I', '1', '{"id": 1}'
FROM recall.transaction AS t
CROSS JOIN recall.relation AS r
WHERE t.tenant = 'acme'
ORDER BY t.id, r.id;
