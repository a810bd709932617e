-- A partition of the journal as it must be: row triggers and columns come from the parent, what
-- concerns whole tables does not. Readers come through the parent, which has policies; a partition
-- has none, so that nobody but the owner reads it by its own name, whatever rights were granted.
CREATE OR REPLACE FUNCTION recall._close_partition(partition regclass)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF NOT (SELECT c.relrowsecurity FROM pg_class AS c WHERE c.oid = partition) THEN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', partition);
  END IF;
  IF NOT EXISTS (
    SELECT FROM pg_trigger AS t WHERE t.tgrelid = partition AND t.tgname = 'append_only_truncate'
  ) THEN
    EXECUTE format(
      $sql$
        CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s
          FOR EACH STATEMENT
          WHEN (pg_catalog.current_setting('recall.removal', true) IS DISTINCT FROM 'on')
          EXECUTE FUNCTION recall._refuse_change()
      $sql$,
      partition
    );
  END IF;
END
$function$;

COMMENT ON FUNCTION recall._close_partition(regclass) IS
  'Internal: closes a partition of the journal to readers and keeps it from being emptied.';
REVOKE ALL ON FUNCTION recall._close_partition(regclass) FROM PUBLIC;
