-- What tells whether the functions that record a table are as they were written.
CREATE OR REPLACE FUNCTION recall._functions_of(relation integer)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT md5(string_agg(
    concat_ws('|', p.proname, p.prosecdef, p.proconfig, p.proowner = n.nspowner, p.prosrc), '|' ORDER BY p.proname
  ))
  FROM pg_proc AS p
  JOIN pg_namespace AS n ON n.oid = p.pronamespace
  WHERE n.nspname = 'recall' AND p.proname ~ format('^capture_%s_[a-z]+$', relation)
$function$;

COMMENT ON FUNCTION recall._functions_of(integer) IS
  'Internal: what tells whether the functions that record a table are as they were written.';
REVOKE ALL ON FUNCTION recall._functions_of(integer) FROM PUBLIC;
