-- The text of a row whatever the session prefers. The capture functions call it only where a setting
-- of the session would make the text ambiguous.
CREATE OR REPLACE FUNCTION recall._row_text(given record)
RETURNS text
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
  -- A cast to text could be one that the table's owner made.
  RETURN concat(given);
END
$function$;

COMMENT ON FUNCTION recall._row_text(record) IS 'Internal: the text of a row, independent of the session''s settings.';
