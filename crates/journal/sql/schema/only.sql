-- An image with no other columns than the given ones, where columns are hidden.
CREATE OR REPLACE FUNCTION recall._only(image jsonb, columns text[], hides boolean)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT CASE
    WHEN NOT hides OR image IS NULL THEN image
    ELSE (
      SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(image) AS e WHERE e.key = ANY (columns)
    )
  END
$function$;

COMMENT ON FUNCTION recall._only(jsonb, text[], boolean) IS
  'Internal: an image with no other columns than the given ones.';
REVOKE ALL ON FUNCTION recall._only(jsonb, text[], boolean) FROM PUBLIC;
