-- Whether a second factor is asked for: the one place that says so. A key counts also when it is of
-- another domain than the server's of today: who changes the domain must not let anybody in with less.
CREATE FUNCTION recall_control._has_second_factor(account recall_control.user_account)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT account.totp_confirmed
    OR EXISTS (SELECT FROM recall_control.security_key AS k WHERE k.user_id = account.id)
$function$;

REVOKE ALL ON FUNCTION recall_control._has_second_factor(recall_control.user_account) FROM PUBLIC;
COMMENT ON FUNCTION recall_control._has_second_factor(recall_control.user_account) IS 'Internal: whether a user has a second factor.';
COMMENT ON COLUMN recall_control.approval_decision.second_factor IS 'What was shown besides being signed in: totp, recovery code or security key; null where nothing was.';
