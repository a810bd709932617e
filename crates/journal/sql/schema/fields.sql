-- The values of an image, as they stand in its text: with the quotes that PostgreSQL puts around some
-- of them. Between quotes, a quote or a backslash is written twice.
CREATE OR REPLACE FUNCTION recall._fields(image text)
RETURNS text[]
LANGUAGE sql
IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT ARRAY(SELECT m.field[1] FROM regexp_matches(image, '[(,]("(?:[^"]|"")*"|[^",()]*)', 'g') AS m (field))
$function$;

COMMENT ON FUNCTION recall._fields(text) IS 'Internal: the values of an image, as they stand in its text.';
