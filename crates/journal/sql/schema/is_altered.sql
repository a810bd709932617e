-- Whether a table is not what its capture functions were written for.
--
-- Marked immutable although it is not: the server then works it out when it plans the expression
-- that asks, and the number of the table in that expression makes it plan anew whenever the table
-- is altered. In between the answer costs nothing.
CREATE OR REPLACE FUNCTION recall._is_altered(relation oid, fingerprint text)
RETURNS boolean
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN recall._fingerprint(relation) IS DISTINCT FROM fingerprint;
END
$function$;

COMMENT ON FUNCTION recall._is_altered(oid, text) IS
  'Internal: whether a table is not what its capture functions were written for.';
REVOKE ALL ON FUNCTION recall._is_altered(oid, text) FROM PUBLIC;
