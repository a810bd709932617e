-- The shape of a table with the given recorded columns, those in `hashed` as a hash. One that is
-- known already is used again.
CREATE OR REPLACE FUNCTION recall._settle_shape(relation integer, table_oid oid, recorded text[], hashed text[])
RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  wanted recall.shape;
BEGIN
  wanted := recall._shape_of(table_oid, recorded, hashed);
  -- Taken at once in its strongest form: two who came to it by steps would wait for each other.
  LOCK TABLE recall.shape IN SHARE ROW EXCLUSIVE MODE;
  SELECT s.id INTO wanted.id
  FROM recall.shape AS s
  WHERE s.relation = $1
    AND (s.columns, s.types, s.read_as, s.numbers) = (wanted.columns, wanted.types, wanted.read_as, wanted.numbers)
  ORDER BY s.id DESC
  LIMIT 1;
  IF wanted.id IS NULL THEN
    INSERT INTO recall.shape (relation, columns, types, read_as, numbers)
    VALUES ($1, wanted.columns, wanted.types, wanted.read_as, wanted.numbers)
    RETURNING id INTO wanted.id;
    EXECUTE format(
      'CREATE TYPE recall.%I AS (%s)',
      'shape_' || wanted.id,
      (
        SELECT string_agg(format('%I %s', c.name, c.type), ', ' ORDER BY c.position)
        FROM unnest(wanted.columns, wanted.read_as) WITH ORDINALITY AS c (name, type, position)
      )
    );
    EXECUTE format(
      'ALTER TYPE recall.%I OWNER TO %I',
      'shape_' || wanted.id,
      (SELECT pg_get_userbyid(n.nspowner) FROM pg_namespace AS n WHERE n.nspname = 'recall')
    );
    PERFORM recall._write_decode();
  END IF;
  UPDATE recall.relation AS r SET shape = wanted.id WHERE r.id = $1 AND r.shape IS DISTINCT FROM wanted.id;
  RETURN wanted.id;
END
$function$;

COMMENT ON FUNCTION recall._settle_shape(integer, oid, text[], text[]) IS
  'Internal: the shape in which a table is recorded from now on.';
REVOKE ALL ON FUNCTION recall._settle_shape(integer, oid, text[], text[]) FROM PUBLIC;
