-- The roles go with the last journal of the server: DROP ROLE refuses while anything depends on the
-- role in any database, by pg_shdepend. A role that bears the name and is none of ours stays.
DO $block$
DECLARE
  ours text;
BEGIN
  FOR ours IN
    SELECT r.rolname
    FROM pg_catalog.pg_roles AS r
    WHERE r.rolname IN ('recall_admin', 'recall_auditor', 'recall_viewer')
      AND pg_catalog.shobj_description(r.oid, 'pg_authid') LIKE 'pgRecall: %'
      AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_shdepend AS d
        WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid
      )
  LOOP
    BEGIN
      EXECUTE pg_catalog.format('DROP ROLE %I', ours);
    EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege OR undefined_object OR lock_not_available THEN
      NULL;
    END;
  END LOOP;
END
$block$
