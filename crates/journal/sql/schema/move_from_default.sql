-- Moves the changes of one month from the default partition into a partition of their own, in one
-- transaction, so that readers see each of them once. The oldest month first.
--
-- At the end the default partition is locked for as long as it takes to read it. Nobody writes to
-- it for a month that is over. The present month is moved only while it is small; otherwise it
-- waits until it is over.
CREATE OR REPLACE FUNCTION recall._move_from_default(OUT moved bigint, OUT waiting boolean)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET TimeZone = 'UTC'
SET lock_timeout = '300ms'
AS $function$
DECLARE
  month     timestamptz;
  next      timestamptz;
  partition text;
  late      bigint;
BEGIN
  PERFORM set_config('recall.removal', 'on', true);
  moved := 0;
  waiting := false;
  month := (SELECT date_trunc('month', min(c.at)) FROM recall.change_default AS c);
  IF month IS NULL THEN
    PERFORM set_config('recall.removal', '', true);
    RETURN;
  END IF;
  next := month + interval '1 month';
  IF next > now() AND (SELECT count(*) FROM (SELECT FROM recall.change_default LIMIT 10001) AS c) > 10000 THEN
    waiting := true;
    PERFORM set_config('recall.removal', '', true);
    RETURN;
  END IF;
  partition := 'change_' || to_char(month, 'YYYY_MM');
  EXECUTE format('CREATE TABLE recall.%I (LIKE recall.change INCLUDING ALL)', partition);
  PERFORM recall._close_partition(format('recall.%I', partition)::regclass);
  EXECUTE format(
    $query$
      WITH moved AS (DELETE FROM recall.change_default AS c WHERE c.at >= $1 AND c.at < $2 RETURNING c.*)
      INSERT INTO recall.%I SELECT m.* FROM moved AS m
    $query$, partition
  ) USING month, next;
  GET DIAGNOSTICS moved = ROW_COUNT;
  LOCK TABLE recall.change_default IN ACCESS EXCLUSIVE MODE;
  -- What was committed in the meantime.
  EXECUTE format(
    $query$
      WITH moved AS (DELETE FROM recall.change_default AS c WHERE c.at >= $1 AND c.at < $2 RETURNING c.*)
      INSERT INTO recall.%I SELECT m.* FROM moved AS m
    $query$, partition
  ) USING month, next;
  GET DIAGNOSTICS late = ROW_COUNT;
  moved := moved + late;
  EXECUTE format(
    'ALTER TABLE recall.change ATTACH PARTITION recall.%I FOR VALUES FROM (%L) TO (%L)', partition, month, next
  );
  PERFORM set_config('recall.removal', '', true);
END
$function$;

COMMENT ON FUNCTION recall._move_from_default() IS
  'Internal: moves the oldest month from the default partition into one of its own; waiting: the present month has to end first.';
REVOKE ALL ON FUNCTION recall._move_from_default() FROM PUBLIC;
