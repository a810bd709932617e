-- Takes away partitions of past months that retention has emptied. This needs the whole journal for
-- a moment, so it gives up after a tenth of a second: whoever writes never waits longer. An empty
-- partition that stays costs nothing, and the next maintenance tries again.
CREATE OR REPLACE FUNCTION recall._drop_empty_months(OUT dropped integer, OUT waiting integer)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
AS $function$
DECLARE
  month    record;
  is_empty boolean;
BEGIN
  dropped := 0;
  waiting := 0;
  FOR month IN
    SELECT m.*
    FROM recall._months() AS m
    WHERE m.until_at < now() - interval '1 day'
      AND EXISTS (SELECT FROM recall.retention AS r WHERE r.partition = m.partition)
    ORDER BY m.from_at
  LOOP
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM recall.%I)', month.partition) INTO is_empty;
    CONTINUE WHEN NOT is_empty;
    BEGIN
      LOCK TABLE recall.change IN ACCESS EXCLUSIVE MODE;
      EXECUTE format('LOCK TABLE recall.%I IN ACCESS EXCLUSIVE MODE', month.partition);
      EXECUTE format('SELECT NOT EXISTS (SELECT FROM recall.%I)', month.partition) INTO is_empty;
      IF is_empty THEN
        EXECUTE format('DROP TABLE recall.%I', month.partition);
        dropped := dropped + 1;
      END IF;
    EXCEPTION WHEN lock_not_available THEN
      waiting := waiting + 1;
      -- Once is enough: who holds the journal now would be met again.
      EXIT;
    END;
  END LOOP;
END
$function$;

COMMENT ON FUNCTION recall._drop_empty_months() IS
  'Internal: takes away empty partitions of past months; tells how many went and how many wait for a quieter time.';
REVOKE ALL ON FUNCTION recall._drop_empty_months() FROM PUBLIC;
