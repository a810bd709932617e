-- The context that the application set, or an empty one. What cannot be read must not fail the
-- application's write: it is kept as it is under `unreadable`.
CREATE OR REPLACE FUNCTION recall._context()
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  given   CONSTANT text := nullif(current_setting('recall.context', true), '');
  context jsonb;
BEGIN
  IF given IS NULL THEN
    RETURN '{}';
  END IF;
  BEGIN
    context := given::jsonb;
  EXCEPTION WHEN OTHERS THEN
    RETURN jsonb_build_object('unreadable', given);
  END;
  IF jsonb_typeof(context) <> 'object' THEN
    RETURN jsonb_build_object('unreadable', context);
  END IF;
  RETURN context;
END
$function$;

COMMENT ON FUNCTION recall._context() IS 'Internal: the context of the current transaction as one object.';
