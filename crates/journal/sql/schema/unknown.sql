-- Stands for a value of the past that nobody knows: whoever asks for it is refused, and whoever does not
-- is not, because the server works out only what a query uses. It must not be immutable, or it would be
-- worked out before.
CREATE OR REPLACE FUNCTION recall._unknown(named text, of_type anyelement)
RETURNS anyelement
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RAISE EXCEPTION 'the journal does not know % at that moment', named USING ERRCODE = 'PGR01';
END
$function$;

COMMENT ON FUNCTION recall._unknown(text, anyelement) IS
  'Internal: refuses to give a value of the past that nobody knows.';
REVOKE ALL ON FUNCTION recall._unknown(text, anyelement) FROM PUBLIC;
