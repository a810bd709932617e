-- The emergency switch: nothing of these tables is recorded until they are resumed. It waits for no
-- lock on a table; statements that run already may still be recorded. A gap opens, which reaches back to
-- the oldest transaction under way: it may change something after this one.
CREATE OR REPLACE FUNCTION recall._pause(relations integer[], reason text)
RETURNS SETOF text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
AS $function$
DECLARE
  own    bigint;
  oldest bigint;
  wanted record;
BEGIN
  FOR wanted IN
    SELECT r.id, t.qualified_name AS name
    FROM recall.relation AS r
    JOIN recall.tracked AS t ON t.id = r.id
    WHERE r.id = ANY (relations) AND r.id = ANY (recall._with_triggers(NULL)) AND r.tracked
    ORDER BY r.id
    FOR NO KEY UPDATE OF r
  LOOP
    CONTINUE WHEN EXISTS (SELECT FROM recall.paused AS p WHERE p.relation = wanted.id);
    own := coalesce(own, recall._begin_transaction());
    oldest := own - txid_current() + pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    PERFORM recall._silence(wanted.id);
    INSERT INTO recall.gap (relation, reason, detail, from_tx, from_at)
    VALUES (wanted.id, 'paused', reason, least(own, oldest), clock_timestamp());
    RETURN NEXT wanted.name;
  END LOOP;
END
$function$;

COMMENT ON FUNCTION recall._pause(integer[], text) IS 'Internal: records nothing of these tables until they are resumed.';
REVOKE ALL ON FUNCTION recall._pause(integer[], text) FROM PUBLIC;

-- For people at a psql prompt.
CREATE OR REPLACE FUNCTION recall.pause(relation regclass DEFAULT NULL, reason text DEFAULT NULL)
RETURNS SETOF text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN QUERY
  SELECT p.name
  FROM recall._pause(recall._with_triggers(relation), reason) AS p (name);
END
$function$;

COMMENT ON FUNCTION recall.pause(regclass, text) IS
  'Records nothing of a table, or of all, until recall.resume(); gives the names of those that were not paused before.';
REVOKE ALL ON FUNCTION recall.pause(regclass, text) FROM PUBLIC;

-- The relations whose triggers are on a table, or on any: after a restore only these still tie a table
-- to its history.
CREATE OR REPLACE FUNCTION recall._with_triggers(relation regclass)
RETURNS integer[]
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  found CONSTANT integer[] := ARRAY(
    SELECT DISTINCT substring(
      -- Of a new table that nobody has looked after yet only the triggers tell.
      CASE p.proname WHEN '_capture_new' THEN t.tgname ELSE p.proname END FROM '^(?:!recall|capture)_([0-9]+)_'
    )::integer
    FROM pg_trigger AS t
    JOIN pg_proc AS p ON p.oid = t.tgfoid
    WHERE p.pronamespace = 'recall'::regnamespace
      AND (p.proname = '_capture_new' OR p.proname ~ '^capture_[0-9]+_')
      AND (relation IS NULL OR t.tgrelid = relation)
  );
BEGIN
  IF relation IS NOT NULL AND found = '{}' THEN
    RAISE EXCEPTION 'table % is not tracked', relation
      USING ERRCODE = 'RCL30', HINT = 'list the tracked tables with `SELECT qualified_name FROM recall.tracked`';
  END IF;
  RETURN found;
END
$function$;

COMMENT ON FUNCTION recall._with_triggers(regclass) IS 'Internal: the relations whose triggers are on a table, or on any.';
REVOKE ALL ON FUNCTION recall._with_triggers(regclass) FROM PUBLIC;
