-- Keeps the audit log as it was written. It is against mistakes and against a program that was taken
-- over: the owner can take the trigger away.
CREATE FUNCTION recall_control._refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RAISE EXCEPTION '% of recall_control.% is refused: it is only ever added to', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'RCL20';
END
$function$;

REVOKE ALL ON FUNCTION recall_control._refuse_change() FROM PUBLIC;
COMMENT ON FUNCTION recall_control._refuse_change() IS 'Internal: refuses to change or remove what was logged.';

CREATE TRIGGER only_added_to
BEFORE UPDATE OR DELETE OR TRUNCATE ON recall_control.audit
FOR EACH STATEMENT EXECUTE FUNCTION recall_control._refuse_change();
