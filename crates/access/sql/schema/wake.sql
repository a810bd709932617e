-- Tells the servers at once that there is something to deliver. Those that do not hear it, look by
-- themselves after a while. What is told several times in a transaction is told once.
CREATE FUNCTION recall_control._wake()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  PERFORM pg_catalog.pg_notify('recall_control_notice', '');
  RETURN NULL;
END
$function$;

REVOKE ALL ON FUNCTION recall_control._wake() FROM PUBLIC;
COMMENT ON FUNCTION recall_control._wake() IS 'Internal: tells the servers that there is something to deliver.';

CREATE TRIGGER wake
AFTER INSERT ON recall_control.notice
FOR EACH ROW EXECUTE FUNCTION recall_control._wake();
