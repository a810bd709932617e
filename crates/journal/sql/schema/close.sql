-- Default privileges of the database may have opened to others what was just made. The journal is
-- its owner's; only what applications call is everybody's.
DO $block$
DECLARE
  granted record;
BEGIN
  FOR granted IN
    SELECT format('%s recall.%I', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relname) AS object,
      a.grantee
    FROM pg_class AS c
    CROSS JOIN LATERAL aclexplode(c.relacl) AS a
    WHERE c.relnamespace = 'recall'::regnamespace AND a.grantee <> c.relowner
    UNION
    SELECT format('FUNCTION %s', p.oid::regprocedure), a.grantee
    FROM pg_proc AS p
    CROSS JOIN LATERAL aclexplode(p.proacl) AS a
    WHERE p.pronamespace = 'recall'::regnamespace AND a.grantee <> p.proowner
  LOOP
    EXECUTE format(
      'REVOKE ALL ON %s FROM %s',
      granted.object,
      CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(granted.grantee)) END
    );
  END LOOP;
END
$block$;

GRANT EXECUTE ON FUNCTION
  recall.set_context(jsonb), recall.set_session_context(jsonb), recall.set_actor(text),
  recall.set_tenant(text), recall.set_reason(text), recall._set_context(jsonb, boolean), recall._context()
TO PUBLIC;
