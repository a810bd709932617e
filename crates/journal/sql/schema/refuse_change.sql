-- What was recorded stays as it was recorded. This stops mistakes of those who have the right to
-- write, above all the owner's; whoever means harm and has that right can still remove the trigger.
CREATE OR REPLACE FUNCTION recall._refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RAISE EXCEPTION '% of %.% is refused: the journal is only ever added to', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'RCL20',
          HINT = 'old changes go with `pgrecall retain`, the whole journal with `pgrecall uninstall`',
          SCHEMA = TG_TABLE_SCHEMA,
          TABLE = TG_TABLE_NAME;
END
$function$;

COMMENT ON FUNCTION recall._refuse_change() IS
  'Internal: refuses to change or remove what was recorded, unless retention does it.';
REVOKE ALL ON FUNCTION recall._refuse_change() FROM PUBLIC;
