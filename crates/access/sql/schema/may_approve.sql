-- Whether somebody may approve in a target. Asked again as long as nothing is applied: who was disabled,
-- or is no approver any more, has not approved for the purpose of four eyes.
CREATE FUNCTION recall_control._may_approve(name text, target text)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT EXISTS (
    SELECT
    FROM recall_control.user_account AS u
    JOIN recall_control.membership AS m ON m.user_id = u.id
    WHERE u.name = $1 AND u.disabled_at IS NULL AND m.role = 'approver' AND m.target IN ('*', $2)
  )
$function$;

REVOKE ALL ON FUNCTION recall_control._may_approve(text, text) FROM PUBLIC;
COMMENT ON FUNCTION recall_control._may_approve(text, text) IS 'Internal: whether somebody may approve in a target.';
