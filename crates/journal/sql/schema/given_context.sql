-- What the application itself set. What cannot be read must not fail the application's write: it
-- is kept under `unreadable`.
CREATE OR REPLACE FUNCTION recall._given_context()
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
    RETURN jsonb_build_object('unreadable', left(given, 2000));
  END;
  IF jsonb_typeof(context) <> 'object' THEN
    context := jsonb_build_object('unreadable', context);
  END IF;
  IF octet_length(given) > 500 OR context ? 'ip' THEN
    RETURN recall._limited_context(context);
  END IF;
  RETURN context;
END
$function$;

COMMENT ON FUNCTION recall._given_context() IS
  'Internal: what recall.set_context() and recall.set_session_context() have set, as one object.';
