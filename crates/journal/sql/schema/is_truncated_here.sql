-- Whether a TRUNCATE of this table concerns the one that it is recorded for. A partition that was detached loses
-- the triggers for rows, which it has from above, and keeps the one for TRUNCATE, which is its own.
CREATE OR REPLACE FUNCTION recall._is_truncated_here(truncated oid, trigger name)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT EXISTS (
    SELECT
    FROM pg_trigger AS t
    WHERE t.tgrelid = truncated AND t.tgname = regexp_replace(trigger, '_truncate$', '_insert')
  )
$function$;

COMMENT ON FUNCTION recall._is_truncated_here(oid, name) IS
  'Internal: whether a TRUNCATE of this table concerns the one that it is recorded for.';
REVOKE ALL ON FUNCTION recall._is_truncated_here(oid, name) FROM PUBLIC;
