-- Compares a tracked table with what was last seen of it, writes down what differs, and keeps hidden
-- what was hidden. Gives what differs. The capture functions stay as they are: they notice by
-- themselves that the table is another one, and record on; `pgrecall reconcile` writes them anew.
CREATE OR REPLACE FUNCTION recall._note_schema(relation integer, command text)
RETURNS jsonb
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  known   recall.relation;
  present jsonb;
  changed jsonb;
BEGIN
  SELECT r.* INTO known FROM recall.relation AS r WHERE r.id = $1;
  present := recall._seen(known.oid);
  IF present IS NULL OR known.seen = present THEN
    RETURN '{}';
  END IF;
  changed := recall._difference(coalesce(known.seen, present), present);
  IF changed <> '{}' THEN
    INSERT INTO recall.schema_change (at, tx, relation, command, table_name, details, database_user, database_role)
    VALUES (
      clock_timestamp(), recall._begin_transaction(), $1, $2, present ->> 'name', changed,
      session_user, nullif(current_setting('role'), 'none')
    );
  END IF;
  PERFORM recall._note_form($1, command IS NOT NULL);
  UPDATE recall.relation AS r
  SET seen = present,
      schema_name = n.nspname,
      table_name = c.relname,
      excluded_columns = recall._still_hidden(r.excluded_columns, known.seen, present),
      hashed_columns = recall._still_hidden(r.hashed_columns, known.seen, present)
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE r.id = $1 AND c.oid = known.oid;
  RETURN changed;
END
$function$;

COMMENT ON FUNCTION recall._note_schema(integer, text) IS 'Internal: writes down what became of a tracked table.';
REVOKE ALL ON FUNCTION recall._note_schema(integer, text) FROM PUBLIC;
