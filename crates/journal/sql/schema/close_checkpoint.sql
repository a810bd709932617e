-- Lets nobody read the copy of a checkpoint but the journal's owner and administrators: unlike the journal it
-- has rows that nobody ever changed. Default privileges of the database may have opened it.
--
-- It has no policies: with them, whoever may read it could find it empty, and take that for the past.
CREATE OR REPLACE FUNCTION recall._close_checkpoint(copy regclass)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  grantee oid;
BEGIN
  EXECUTE format(
    'ALTER TABLE %s OWNER TO %I', copy,
    (SELECT pg_get_userbyid(n.nspowner) FROM pg_namespace AS n WHERE n.nspname = 'recall')
  );
  FOR grantee IN
    SELECT DISTINCT a.grantee
    FROM pg_class AS c
    CROSS JOIN LATERAL aclexplode(c.relacl) AS a
    WHERE c.oid = copy AND a.grantee <> c.relowner
  LOOP
    EXECUTE format(
      'REVOKE ALL ON %s FROM %s', copy,
      CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
    );
  END LOOP;
  IF to_regrole('recall_admin') IS NOT NULL THEN
    EXECUTE format('GRANT SELECT ON %s TO recall_admin', copy);
  END IF;
END
$function$;

COMMENT ON FUNCTION recall._close_checkpoint(regclass) IS 'Internal: closes the copy of a checkpoint.';
REVOKE ALL ON FUNCTION recall._close_checkpoint(regclass) FROM PUBLIC;
