-- Called by the server after a command that drops something: a tracked table or a partition of one, a
-- column of one (also through its type), or a trigger of ours. Nothing in it may make the command fail.
CREATE OR REPLACE FUNCTION recall._after_drop()
RETURNS event_trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
AS $function$
DECLARE
  gone oid[];
  left_over oid;
BEGIN
  IF recall._at_work() THEN
    RETURN;
  END IF;
  gone := ARRAY(
    SELECT d.objid
    FROM pg_event_trigger_dropped_objects() AS d
    WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND NOT d.is_temporary
  );
  PERFORM recall._close_relation(r.id, TG_TAG) FROM recall.relation AS r WHERE r.tracked AND r.oid = ANY (gone);
  PERFORM recall._look_after(r.oid, TG_TAG) FROM recall.relation AS r WHERE r.tracked AND r.leaves && gone;
  FOR left_over IN
    SELECT DISTINCT to_regclass(format('%I.%I', d.address_names[1], d.address_names[2]))::oid
    FROM pg_event_trigger_dropped_objects() AS d
    WHERE d.object_type IN ('trigger', 'table column')
      AND (d.object_type <> 'trigger' OR d.address_names[3] LIKE '!recall\_%')
  LOOP
    PERFORM recall._look_after(left_over, TG_TAG) WHERE left_over IS NOT NULL;
  END LOOP;
EXCEPTION WHEN OTHERS THEN
  NULL;
END
$function$;

COMMENT ON FUNCTION recall._after_drop() IS 'Internal: looks after what is left when something was dropped.';
REVOKE ALL ON FUNCTION recall._after_drop() FROM PUBLIC;
