-- Columns of which only a hash is kept: equal values stay recognisable, the values are not there.
-- A column that is no longer in the row is passed over: a table that was altered must not make
-- the application's write fail.
CREATE OR REPLACE FUNCTION recall._hashed(image jsonb, columns text[])
RETURNS jsonb
LANGUAGE sql
STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT image || coalesce(
    (
      SELECT jsonb_object_agg(
        c.name,
        'sha256:' || encode(sha256(convert_to(image ->> c.name, 'UTF8')), 'hex')
      )
      FROM unnest(columns) AS c (name)
      WHERE image ->> c.name IS NOT NULL
    ),
    '{}'
  )
$function$;

COMMENT ON FUNCTION recall._hashed(jsonb, text[]) IS
  'Internal: the row image with the named columns replaced by their SHA-256.';
