-- The image of a row with `json` columns. A value of type json may hold what jsonb cannot (the
-- character \u0000, numbers beyond every bound); it is then kept as text, because a row that cannot
-- be recorded must not fail the application's write.
CREATE OR REPLACE FUNCTION recall._image(given anyelement)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  image jsonb := '{}';
  name  name;
  value jsonb;
BEGIN
  BEGIN
    RETURN to_jsonb(given);
  EXCEPTION WHEN data_exception THEN
    NULL;
  END;
  FOR name IN
    SELECT a.attname
    FROM pg_type AS t
    JOIN pg_attribute AS a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE t.oid = pg_typeof(given)
  LOOP
    BEGIN
      EXECUTE format('SELECT to_jsonb(($1).%I)', name) INTO value USING given;
    EXCEPTION WHEN data_exception THEN
      EXECUTE format('SELECT to_jsonb(($1).%I::text)', name) INTO value USING given;
    END;
    image := image || jsonb_build_object(name, value);
  END LOOP;
  RETURN image;
END
$function$;

COMMENT ON FUNCTION recall._image(anyelement) IS
  'Internal: the image of a row with json columns; a value that jsonb cannot hold is kept as text.';
