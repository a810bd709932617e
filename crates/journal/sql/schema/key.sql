-- An index entry has a limit of about 2,700 bytes. A key that a table's own index still takes
-- may pass it as text, and then the application's write would fail: long keys become a hash.
CREATE OR REPLACE FUNCTION recall._key(key text)
RETURNS text
LANGUAGE sql
IMMUTABLE STRICT PARALLEL SAFE
AS $function$
  SELECT CASE
    WHEN pg_catalog.octet_length(key) OPERATOR(pg_catalog.<=) 1000 THEN key
    ELSE 'sha256:' OPERATOR(pg_catalog.||)
      pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(key, 'UTF8')), 'hex')
  END
$function$;

COMMENT ON FUNCTION recall._key(text) IS
  'Internal: a key as the journal indexes it. No search_path is pinned, so that it can be inlined; every name in it is qualified.';
