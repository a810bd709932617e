-- The checkpoints of a table that whoever asks may read in its place: those who may read the copy and the
-- table, and from whom no policy of the table hides rows. A copy has no policies. Nobody is refused.
CREATE OR REPLACE FUNCTION recall._readable_checkpoints(relation integer)
RETURNS TABLE (id bigint, copy text, upper bigint, open bigint[])
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF NOT has_function_privilege('recall._fitting_checkpoints(integer)', 'EXECUTE') THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT c.id, c.copy, c.upper, c.open
  FROM recall._fitting_checkpoints($1) AS c
  JOIN recall.relation AS r ON r.id = c.relation
  WHERE has_table_privilege(to_regclass(format('recall.%I', c.copy)), 'SELECT')
    AND has_table_privilege(r.oid, 'SELECT')
    AND NOT row_security_active(r.oid)
    AND NOT row_security_active(to_regclass(format('recall.%I', c.copy)))
  ORDER BY c.id;
END
$function$;

COMMENT ON FUNCTION recall._readable_checkpoints(integer) IS
  'Internal: the checkpoints of a table in recall.relation that whoever asks may read in its place.';
REVOKE ALL ON FUNCTION recall._readable_checkpoints(integer) FROM PUBLIC;
