-- Called by the server after a command that makes or alters tables, whoever gave it. Nothing in it may
-- make that command fail: what goes wrong leaves a gap at worst, and is found by `pgrecall reconcile`.
CREATE OR REPLACE FUNCTION recall._after_ddl()
RETURNS event_trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
AS $function$
DECLARE
  command record;
BEGIN
  IF recall._at_work() THEN
    RETURN;
  END IF;
  FOR command IN
    SELECT DISTINCT c.objid, c.command_tag
    FROM pg_event_trigger_ddl_commands() AS c
    WHERE c.classid = 'pg_class'::regclass
      AND c.object_type IN ('table', 'table column')
      AND NOT c.in_extension
      AND c.schema_name NOT IN ('pg_temp', 'recall', 'recall_control')
  LOOP
    BEGIN
      PERFORM recall._look_after(command.objid, command.command_tag);
    EXCEPTION WHEN OTHERS THEN
      PERFORM recall._note_gap(r.id, 'bypassed', recall._tx())
      FROM recall.relation AS r
      WHERE r.oid = command.objid AND r.tracked;
    END;
  END LOOP;
EXCEPTION WHEN OTHERS THEN
  NULL;
END
$function$;

COMMENT ON FUNCTION recall._after_ddl() IS 'Internal: looks after tables that were made or altered.';
REVOKE ALL ON FUNCTION recall._after_ddl() FROM PUBLIC;
