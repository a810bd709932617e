-- The event triggers, where the connected user may make them. Without them everything works: schema
-- changes are noticed by comparing, when `pgrecall reconcile` runs.
DO $block$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger AS e WHERE e.evtname = 'recall_ddl') THEN
    CREATE EVENT TRIGGER recall_ddl ON ddl_command_end
      WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE SCHEMA', 'ALTER TABLE')
      EXECUTE FUNCTION recall._after_ddl();
    ALTER EVENT TRIGGER recall_ddl ENABLE ALWAYS;
    COMMENT ON EVENT TRIGGER recall_ddl IS 'pgRecall: looks after tables that are made or altered.';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger AS e WHERE e.evtname = 'recall_drop') THEN
    CREATE EVENT TRIGGER recall_drop ON sql_drop EXECUTE FUNCTION recall._after_drop();
    ALTER EVENT TRIGGER recall_drop ENABLE ALWAYS;
    COMMENT ON EVENT TRIGGER recall_drop IS 'pgRecall: looks after what is left when something is dropped.';
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  NULL;
END
$block$
