-- Whether the event trigger that keeps tables from being dropped is there and fires always.
SELECT EXISTS (
  SELECT
  FROM pg_catalog.pg_event_trigger AS e
  WHERE e.evtname = 'recall_check_drop' AND e.evtenabled = 'A'
) AS guarded
