-- Takes a role's view of the journal away; tells whether it had one. The role itself may be gone.
-- The membership in recall_viewer goes too where that is permitted; without a row it shows nothing.
CREATE OR REPLACE FUNCTION recall.revoke_viewer(role name)
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
  found_row boolean;
BEGIN
  DELETE FROM recall.viewer AS v WHERE v.role = revoke_viewer.role;
  found_row := FOUND;
  BEGIN
    IF EXISTS (
      SELECT
      FROM pg_auth_members AS m
      WHERE m.roleid = to_regrole('recall_viewer') AND m.member = to_regrole(quote_ident(revoke_viewer.role))
    ) THEN
      EXECUTE format('REVOKE recall_viewer FROM %I', revoke_viewer.role);
    END IF;
  EXCEPTION WHEN insufficient_privilege THEN
    NULL;
  END;
  RETURN found_row;
END
$function$;

COMMENT ON FUNCTION recall.revoke_viewer(name) IS 'Takes a role''s view of the journal away. For recall_admin.';
REVOKE ALL ON FUNCTION recall.revoke_viewer(name) FROM PUBLIC;
