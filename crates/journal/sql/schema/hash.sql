-- What the journal keeps of a value in a column of which only a hash is kept: equal values stay
-- recognisable, the values are not there. The settings are pinned, so that equal values have equal
-- hashes whoever writes them.
CREATE OR REPLACE FUNCTION recall._hash(value anyelement)
RETURNS text
LANGUAGE sql
STABLE STRICT
SET search_path = pg_catalog, pg_temp
SET DateStyle = 'ISO, YMD'
SET IntervalStyle = 'postgres'
SET TimeZone = 'UTC'
SET extra_float_digits = 1
SET bytea_output = 'hex'
SET quote_all_identifiers = off
AS $function$
  SELECT 'sha256:' || encode(sha256(convert_to(concat(value), 'UTF8')), 'hex')
$function$;

COMMENT ON FUNCTION recall._hash(anyelement) IS 'Internal: the SHA-256 of a value.';
