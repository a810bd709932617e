-- The copies of checkpoints, without CASCADE: a view of the application must not vanish with one. A journal of an
-- older version has none.
DO $block$
DECLARE
  gone regclass;
BEGIN
  FOR gone IN
    SELECT c.oid
    FROM pg_catalog.pg_class AS c
    WHERE c.relnamespace = 'recall'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^checkpoint_[0-9]+$'
  LOOP
    EXECUTE pg_catalog.format('DROP TABLE %s', gone);
  END LOOP;
  IF pg_catalog.to_regclass('recall.checkpoint') IS NOT NULL THEN
    DELETE FROM recall.checkpoint;
    DELETE FROM recall.checkpoint_policy;
  END IF;
END
$block$
