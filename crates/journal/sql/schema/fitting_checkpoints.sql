-- The checkpoints of a table whose copies still tell something: the table is the same one with the same
-- columns, all of which are recorded, and the copy has what was copied. A crash leaves an unlogged table
-- without a single page.
CREATE OR REPLACE FUNCTION recall._fitting_checkpoints(relation integer)
RETURNS SETOF recall.checkpoint
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  present text;
BEGIN
  IF pg_is_in_recovery() OR NOT EXISTS (SELECT FROM recall.checkpoint AS c WHERE c.relation = $1) THEN
    RETURN;
  END IF;
  -- Once, and not for each of many.
  present := recall._fingerprint((SELECT r.oid FROM recall.relation AS r WHERE r.id = $1));
  RETURN QUERY
  SELECT c.*
  FROM recall.checkpoint AS c
  JOIN recall.relation AS r ON r.id = c.relation
  JOIN pg_class AS k ON k.relnamespace = 'recall'::regnamespace AND k.relname = c.copy AND k.relkind = 'r'
  WHERE c.relation = $1
    AND r.tracked
    AND r.excluded_columns = '{}'
    AND r.hashed_columns = '{}'
    AND r.only_roles IS NULL
    AND r.condition IS NULL
    -- From before the table was tracked under its present key.
    AND r.since_tx < c.upper
    AND r.since_tx <> ALL (c.open)
    AND c.incarnation = (SELECT max(i.id) FROM recall.incarnation AS i)
    AND c.fingerprint = present
    AND (c.rows = 0 OR pg_relation_size(k.oid) > 0)
    -- The fingerprint knows nothing of collations.
    AND NOT EXISTS (
      SELECT
      FROM pg_attribute AS a
      LEFT JOIN pg_attribute AS b ON b.attrelid = k.oid AND b.attname = a.attname AND NOT b.attisdropped
      WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND b.attcollation IS DISTINCT FROM a.attcollation
    );
END
$function$;

COMMENT ON FUNCTION recall._fitting_checkpoints(integer) IS
  'Internal: the checkpoints of a table in recall.relation whose copies still tell something.';
REVOKE ALL ON FUNCTION recall._fitting_checkpoints(integer) FROM PUBLIC;
