-- Whether it is pgRecall itself that alters tables now. Only who may write in the journal anyway is
-- believed: everybody can set a setting.
CREATE OR REPLACE FUNCTION recall._at_work()
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT coalesce(current_setting('recall.at_work', true), '') = 'on'
    AND has_table_privilege(
      coalesce(nullif(current_setting('role'), 'none'), session_user)::name, 'recall.relation', 'UPDATE'
    )
$function$;

COMMENT ON FUNCTION recall._at_work() IS 'Internal: whether it is pgRecall itself that alters tables now.';
REVOKE ALL ON FUNCTION recall._at_work() FROM PUBLIC;
