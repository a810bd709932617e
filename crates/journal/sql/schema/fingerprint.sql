-- The columns of a table with their types, and the cluster, in short.
--
-- It asks the server's own cache, through the table's row type: a query of the catalogue would show
-- a transaction that began before an ALTER TABLE the table as it was, while its rows are new already.
CREATE OR REPLACE FUNCTION recall._fingerprint(relation oid)
RETURNS text
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
AS $function$
DECLARE
  name  CONSTANT text := relation::regclass;
  names text;
  types text;
BEGIN
  EXECUTE format('SELECT to_json(q.*)::text FROM (SELECT (NULL::%s).*) AS q', name) INTO names;
  BEGIN
    EXECUTE format('SELECT encode(record_send(q.*), ''hex'') FROM (SELECT (NULL::%s).*) AS q', name) INTO types;
  EXCEPTION WHEN OTHERS THEN
    -- A type that has no binary form.
    SELECT string_agg(a.atttypid::text, ' ' ORDER BY a.attnum) INTO types
    FROM pg_attribute AS a
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped;
  END;
  -- A column that was dropped and made again has another number.
  SELECT concat_ws(' ', types, string_agg(a.attnum || ':' || a.atttypmod, ' ' ORDER BY a.attnum)) INTO types
  FROM pg_attribute AS a
  WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped;
  RETURN md5(concat_ws('|', relation, names, types, recall._system()));
EXCEPTION WHEN OTHERS THEN
  -- The table is gone, or its schema is closed to us.
  RETURN NULL;
END
$function$;

COMMENT ON FUNCTION recall._fingerprint(oid) IS 'Internal: the columns of a table and the cluster, in short.';
REVOKE ALL ON FUNCTION recall._fingerprint(oid) FROM PUBLIC;
