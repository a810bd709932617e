-- Records these tables again, just as before they were paused; what was altered meanwhile is recorded
-- as JSON, until they are tracked anew.
--
-- The lock makes the gap end where it should: whoever wrote unrecorded has committed before we have
-- it, and whoever writes after it sees the functions that record. A fresh snapshot knows the highest
-- number of those; that of this transaction may be older.
CREATE OR REPLACE FUNCTION recall._resume(relations integer[])
RETURNS SETOF text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
AS $function$
DECLARE
  wanted record;
  kept   text[];
  last   bigint;
  given  text;
BEGIN
  IF current_setting('transaction_isolation') NOT LIKE 'read %' THEN
    RAISE EXCEPTION 'tables can only be resumed in a READ COMMITTED transaction' USING ERRCODE = 'RCL31';
  END IF;
  FOR wanted IN
    SELECT p.relation AS id, t.qualified_name AS name
    FROM recall.paused AS p
    JOIN recall.tracked AS t ON t.id = p.relation
    WHERE p.relation = ANY (relations)
    ORDER BY p.relation
  LOOP
    PERFORM recall._lock_recorded(wanted.id);
    -- Somebody else may have been faster.
    DELETE FROM recall.paused AS p WHERE p.relation = wanted.id RETURNING p.definitions INTO kept;
    CONTINUE WHEN NOT FOUND;
    FOREACH given IN ARRAY kept LOOP
      EXECUTE given;
    END LOOP;
    last := recall._begin_transaction();
    last := greatest(last, last - txid_current() + pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1);
    UPDATE recall.gap AS g
    SET until_tx = last,
        until_at = clock_timestamp()
    WHERE g.relation = wanted.id AND g.reason = 'paused' AND g.until_tx IS NULL;
    RETURN NEXT wanted.name;
  END LOOP;
END
$function$;

COMMENT ON FUNCTION recall._resume(integer[]) IS 'Internal: records these tables again.';
REVOKE ALL ON FUNCTION recall._resume(integer[]) FROM PUBLIC;

-- Locks the tables whose triggers record for a relation, unless the caller has done so.
CREATE OR REPLACE FUNCTION recall._lock_recorded(relation integer)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  target regclass;
BEGIN
  FOR target IN
    SELECT t.tgrelid::regclass
    FROM pg_trigger AS t
    JOIN pg_proc AS p ON p.oid = t.tgfoid
    WHERE p.pronamespace = 'recall'::regnamespace
      AND (
        p.proname = format('capture_%s_insert', relation)
        OR (p.proname = '_capture_new' AND t.tgname = format('!recall_%s_insert', relation))
      )
      AND t.tgparentid = 0
    ORDER BY t.tgrelid
  LOOP
    CONTINUE WHEN EXISTS (
      SELECT
      FROM pg_locks AS l
      WHERE l.pid = pg_backend_pid() AND l.granted AND l.relation = target::oid
        AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
        AND l.mode IN ('ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    );
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', target);
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE EXCEPTION 'the owner of schema recall may not lock table %', target
    USING ERRCODE = 'RCL32', HINT = 'run `pgrecall resume` as the owner of the table';
END
$function$;

COMMENT ON FUNCTION recall._lock_recorded(integer) IS 'Internal: locks the tables whose triggers record for a relation.';
REVOKE ALL ON FUNCTION recall._lock_recorded(integer) FROM PUBLIC;

-- For people at a psql prompt. All tables at once keep their writers waiting until the last is locked;
-- `pgrecall resume` takes them one by one.
CREATE OR REPLACE FUNCTION recall.resume(relation regclass DEFAULT NULL)
RETURNS SETOF text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN QUERY
  SELECT p.name
  FROM recall._resume(
    CASE
      -- Also those whose tables were dropped.
      WHEN relation IS NULL THEN ARRAY(SELECT q.relation FROM recall.paused AS q)
      ELSE recall._with_triggers(relation)
    END
  ) AS p (name);
END
$function$;

COMMENT ON FUNCTION recall.resume(regclass) IS
  'Records a table, or all, again after recall.pause(); gives the names of those that were paused.';
REVOKE ALL ON FUNCTION recall.resume(regclass) FROM PUBLIC;
