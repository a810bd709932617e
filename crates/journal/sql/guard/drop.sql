-- Called by the server after a command that drops something: refuses to drop a table that is guarded
-- against it, or a partition of one, which rolls the command back. What goes wrong before that is
-- known concerns tables that nobody guards, and fails nothing.
CREATE OR REPLACE FUNCTION recall._guard_drop()
RETURNS event_trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  guarded integer[];
  dropped integer;
BEGIN
  BEGIN
    IF recall._at_work() THEN
      RETURN;
    END IF;
    guarded := ARRAY(
      SELECT DISTINCT r.id
      FROM pg_event_trigger_dropped_objects() AS d
      JOIN recall.relation AS r ON r.oid = d.objid OR d.objid = ANY (r.leaves)
      JOIN recall.guard AS g ON g.relation = r.id
      WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND r.tracked AND g.guard_drop
      ORDER BY r.id
    );
  EXCEPTION WHEN OTHERS THEN
    RETURN;
  END;
  FOREACH dropped IN ARRAY guarded LOOP
    IF NOT recall._is_approved(dropped) THEN
      PERFORM recall._refuse(
        dropped, 'drop', 'drop', recall._current_actor(),
        format(
          'table %s and its partitions may only be dropped with an approval',
          (SELECT t.qualified_name FROM recall.tracked AS t WHERE t.id = dropped)
        ),
        'put the number that recall.approve() gave into the context, '
          'SELECT recall.set_context(''{"approval": "…"}''), or take the guard off with `pgrecall track --no-guard-drop`'
      );
    END IF;
  END LOOP;
END
$function$;

COMMENT ON FUNCTION recall._guard_drop() IS 'Internal: refuses to drop a table that is guarded against it.';
REVOKE ALL ON FUNCTION recall._guard_drop() FROM PUBLIC;
