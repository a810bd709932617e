-- The key within an image that is JSON, as it is indexed.
CREATE OR REPLACE FUNCTION recall._image_key(image jsonb, key_columns text[])
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT CASE cardinality(key_columns)
    WHEN 0 THEN NULL
    WHEN 1 THEN recall._key(image ->> key_columns[1])
    ELSE recall._key(
      (
        SELECT jsonb_agg(image -> k.name ORDER BY k.position)::text
        FROM unnest(key_columns) WITH ORDINALITY AS k (name, position)
      )
    )
  END
$function$;

COMMENT ON FUNCTION recall._image_key(jsonb, text[]) IS 'Internal: the key within an image that is JSON.';
REVOKE ALL ON FUNCTION recall._image_key(jsonb, text[]) FROM PUBLIC;
