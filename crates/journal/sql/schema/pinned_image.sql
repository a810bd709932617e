-- The image of a row as JSON, whatever the session prefers.
CREATE OR REPLACE FUNCTION recall._pinned_image(given anyelement)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET DateStyle = 'ISO, YMD'
SET IntervalStyle = 'postgres'
SET TimeZone = 'UTC'
SET extra_float_digits = 1
SET bytea_output = 'hex'
SET quote_all_identifiers = off
AS $function$
BEGIN
  RETURN recall._image(given);
END
$function$;

COMMENT ON FUNCTION recall._pinned_image(anyelement) IS
  'Internal: the image of a row as JSON, independent of the session''s settings.';
