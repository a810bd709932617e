-- Whether somebody acts who is a member of one of these roles: the role taken on with SET ROLE, else
-- the database user. A database user who has the rights of one of the roles by itself does not get away
-- by taking on another; one who only may take it on (NOINHERIT) counts when doing so.
--
-- What cannot be told is taken for yes: if none of the roles exists any more, or if the role that was
-- taken on was renamed since.
CREATE OR REPLACE FUNCTION recall._acts_as(roles oid[])
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  acting CONSTANT text := coalesce(nullif(current_setting('role'), 'none'), session_user);
  found  boolean;
BEGIN
  SELECT bool_or(pg_has_role(a.oid, r.oid, 'MEMBER') OR pg_has_role(session_user, r.oid, 'USAGE'))
  INTO found
  FROM pg_roles AS r
  LEFT JOIN pg_roles AS a ON a.rolname = acting
  WHERE r.oid = ANY (roles);
  RETURN coalesce(found, true);
END
$function$;

COMMENT ON FUNCTION recall._acts_as(oid[]) IS 'Internal: whether a member of one of these roles acts.';
REVOKE ALL ON FUNCTION recall._acts_as(oid[]) FROM PUBLIC;
