-- The event trigger is there only where a table is guarded. By its name it fires before the one that
-- ends the tracking of what was dropped.
DO $block$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger AS e WHERE e.evtname = 'recall_check_drop') THEN
    CREATE EVENT TRIGGER recall_check_drop ON sql_drop EXECUTE FUNCTION recall._guard_drop();
    COMMENT ON EVENT TRIGGER recall_check_drop IS 'pgRecall: keeps tables from being dropped.';
  END IF;
  ALTER EVENT TRIGGER recall_check_drop ENABLE ALWAYS;
END
$block$
