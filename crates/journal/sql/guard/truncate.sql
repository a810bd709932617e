-- All guards of a table for TRUNCATE, which is rare enough to read them from their table.
CREATE OR REPLACE FUNCTION recall._guard_truncate()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  watched recall.guard;
  rows    bigint;
BEGIN
  SELECT g.* INTO watched FROM recall.guard AS g WHERE g.relation = TG_ARGV[0]::integer;
  IF watched.allow_from IS NOT NULL
    AND NOT (watched.allow_local AND inet_client_addr() IS NULL)
    AND (inet_client_addr() <<= ANY (watched.allow_from)) IS NOT TRUE
  THEN
    PERFORM recall._refuse_address(watched.relation, 'truncate');
  END IF;
  IF watched.protect THEN
    PERFORM recall._check_protection(watched.relation, 'truncate');
  END IF;
  IF watched.max_changes IS NOT NULL THEN
    EXECUTE format('SELECT count(*) FROM (SELECT FROM ONLY %s LIMIT $1) AS r', TG_RELID::regclass)
    INTO rows
    USING watched.max_changes::bigint + 1;
    PERFORM recall._count_changes(watched.relation, watched.max_changes, rows, 'truncate');
  END IF;
  RETURN NULL;
END
$function$;

COMMENT ON FUNCTION recall._guard_truncate() IS 'Internal: the guards of a table for TRUNCATE.';
REVOKE ALL ON FUNCTION recall._guard_truncate() FROM PUBLIC;
