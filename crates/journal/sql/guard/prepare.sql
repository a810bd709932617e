-- What guards need beside their triggers. Sequences are the only thing in PostgreSQL that a
-- rollback leaves as it is, so a refusal leaves its traces in a ring of them: 16 refusals fit, in 5
-- numbers each, and then the oldest is overwritten. Made with the first guard, for most databases
-- have none.
CREATE OR REPLACE FUNCTION recall._prepare_guard(relation integer)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT 'refusal_number' AS name, 'numbers the refusals' AS purpose
    UNION ALL
    SELECT 'guard_approved', 'per session, the transaction and table for which an approval was found last'
    UNION ALL
    SELECT format('guard_count_%s', relation), 'per session, how many rows its transaction changed'
    UNION ALL
    SELECT format('refusal_%s_%s', slot, part), 'a part of a refusal; see recall.refusals'
    FROM generate_series(0, 15) AS slot
    CROSS JOIN generate_series(1, 5) AS part
  LOOP
    CONTINUE WHEN to_regclass(format('recall.%I', wanted.name)) IS NOT NULL;
    EXECUTE format('CREATE SEQUENCE recall.%I MINVALUE 0 START 1 CACHE 1', wanted.name);
    EXECUTE format('COMMENT ON SEQUENCE recall.%I IS %L', wanted.name, 'Internal: ' || wanted.purpose || '.');
  END LOOP;
END
$function$;

COMMENT ON FUNCTION recall._prepare_guard(integer) IS 'Internal: makes what the guards of a table need beside their triggers.';
REVOKE ALL ON FUNCTION recall._prepare_guard(integer) FROM PUBLIC;

-- Takes away what _prepare_guard() made for a table; the ring of refusals stays.
CREATE OR REPLACE FUNCTION recall._forget_guard(relation integer)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  DELETE FROM recall.guard AS g WHERE g.relation = $1;
  EXECUTE format('DROP SEQUENCE IF EXISTS recall.%I', format('guard_count_%s', relation));
END
$function$;

COMMENT ON FUNCTION recall._forget_guard(integer) IS 'Internal: takes the guards of a table out of the journal.';
REVOKE ALL ON FUNCTION recall._forget_guard(integer) FROM PUBLIC;
