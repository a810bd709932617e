-- Lets a role read one tenant's part of the journal. A second call replaces what it saw before.
-- Refused for a role that reads everything anyway: the row would promise a limit that is none.
CREATE OR REPLACE FUNCTION recall.grant_viewer(role name, tenant text, actor text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
  viewer CONSTANT regrole := to_regrole(quote_ident(grant_viewer.role));
  known  CONSTANT regrole := to_regrole('recall_viewer');
BEGIN
  IF viewer IS NULL THEN
    RAISE EXCEPTION 'there is no role "%"', grant_viewer.role
      USING ERRCODE = 'undefined_object', HINT = 'create it with CREATE ROLE';
  END IF;
  IF known IS NULL THEN
    RAISE EXCEPTION 'there is no role "recall_viewer"'
      USING ERRCODE = 'undefined_object',
            HINT = 'let a role with CREATEROLE run `pgrecall install`';
  END IF;
  IF nullif(grant_viewer.tenant, '') IS NULL OR grant_viewer.actor = '' THEN
    RAISE EXCEPTION 'a viewer needs a tenant, and an actor that is not empty if any'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF EXISTS (
    SELECT
    FROM pg_roles AS r
    WHERE r.oid = viewer::oid
      AND (
        r.rolbypassrls
        OR pg_has_role(r.oid, (SELECT n.nspowner FROM pg_namespace AS n WHERE n.nspname = 'recall'), 'USAGE')
        OR EXISTS (
          SELECT
          FROM pg_roles AS g
          WHERE g.rolname IN ('recall_admin', 'recall_auditor') AND pg_has_role(r.oid, g.oid, 'USAGE')
        )
      )
  ) THEN
    RAISE EXCEPTION 'role "%" reads the whole journal anyway', grant_viewer.role
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'take recall_admin, recall_auditor, BYPASSRLS or the ownership of the journal away from it first';
  END IF;
  IF NOT pg_has_role(viewer::oid, known::oid, 'USAGE') THEN
    EXECUTE format('GRANT recall_viewer TO %I', grant_viewer.role);
  END IF;
  INSERT INTO recall.viewer AS v (role, tenant, actor)
  VALUES (grant_viewer.role, grant_viewer.tenant, grant_viewer.actor)
  ON CONFLICT (role) DO UPDATE SET tenant = excluded.tenant, actor = excluded.actor;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE EXCEPTION 'the owner of the journal may not grant recall_viewer'
    USING ERRCODE = 'insufficient_privilege',
          HINT = format('let a role that may run: GRANT recall_viewer TO %I', grant_viewer.role);
END
$function$;

COMMENT ON FUNCTION recall.grant_viewer(name, text, text) IS
  'Lets a role read the transactions and changes of one tenant, and of one actor of it if given. For recall_admin.';
REVOKE ALL ON FUNCTION recall.grant_viewer(name, text, text) FROM PUBLIC;
