-- Whether a table has the very columns in which it is recorded.
CREATE OR REPLACE FUNCTION recall._has_its_shape(relation integer)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN (
    SELECT (w.columns, w.types, w.read_as, w.numbers) = (s.columns, s.types, s.read_as, s.numbers)
    FROM recall.relation AS r
    JOIN recall.shape AS s ON s.id = r.shape
    CROSS JOIN LATERAL recall._shape_of(
      r.oid,
      ARRAY(
        SELECT a.attname::text
        FROM pg_attribute AS a
        WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (r.excluded_columns)
      ),
      r.hashed_columns
    ) AS w
    WHERE r.id = $1
  );
END
$function$;

COMMENT ON FUNCTION recall._has_its_shape(integer) IS
  'Internal: whether a table has the very columns in which it is recorded.';
REVOKE ALL ON FUNCTION recall._has_its_shape(integer) FROM PUBLIC;
