-- Whether the current user reads the whole journal: its owner, whoever bypasses row-level security,
-- auditors and administrators. Views run with their owner's rights, so that row-level security does
-- not reach through them; they ask this instead, once a query.
CREATE OR REPLACE FUNCTION recall._reads_everything()
RETURNS boolean
LANGUAGE sql
STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT NOT row_security_active('recall.change'::regclass) OR EXISTS (
    SELECT
    FROM pg_roles AS r
    WHERE r.rolname IN ('recall_admin', 'recall_auditor') AND pg_has_role(current_user, r.oid, 'USAGE')
  )
$function$;

COMMENT ON FUNCTION recall._reads_everything() IS
  'Internal: whether the current user may read the whole journal, and not one tenant''s part only.';
