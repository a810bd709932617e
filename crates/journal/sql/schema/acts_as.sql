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
  -- Functions that ask the server's cache: a query of pg_roles would cost as much as the record.
  acting CONSTANT oid := to_regrole(quote_ident(coalesce(nullif(current_setting('role'), 'none'), session_user)));
  wanted oid;
  known  boolean := false;
BEGIN
  IF acting IS NULL THEN
    RETURN true;
  END IF;
  FOREACH wanted IN ARRAY roles LOOP
    IF pg_has_role(acting, wanted, 'MEMBER') OR pg_has_role(session_user, wanted, 'USAGE') THEN
      RETURN true;
    END IF;
    known := known OR coalesce(to_regrole(quote_ident(pg_get_userbyid(wanted)))::oid = wanted, false);
  END LOOP;
  RETURN NOT known;
END
$function$;

COMMENT ON FUNCTION recall._acts_as(oid[]) IS 'Internal: whether a member of one of these roles acts.';
REVOKE ALL ON FUNCTION recall._acts_as(oid[]) FROM PUBLIC;
