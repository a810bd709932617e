-- Where the journal of a table begins after retention: it is whole for moments after this
-- transaction and from this time on. Null if nothing of it was removed. With its owner's rights,
-- because a viewer has to know it too.
CREATE OR REPLACE FUNCTION recall.horizon(relation integer, OUT tx bigint, OUT at timestamptz)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  SELECT max(r.until_tx), max(r.before) INTO tx, at FROM recall.retention AS r WHERE r.relation = $1;
END
$function$;

COMMENT ON FUNCTION recall.horizon(integer) IS
  'Where the journal of a table in recall.relation begins: after this transaction, from this time on; null if nothing of it was removed.';
REVOKE ALL ON FUNCTION recall.horizon(integer) FROM PUBLIC;
