-- Records the insert of a row into {table}. Generated; the table's columns are not named in it, so
-- that it keeps working when the table is altered.
CREATE OR REPLACE FUNCTION recall.{function}()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
{settings}AS $function$
DECLARE
  own_xid CONSTANT xid8 := pg_current_xact_id();
  noted   CONSTANT text := current_setting('recall.transaction', true);
  tx      bigint;
  image   CONSTANT jsonb := {new_image};
BEGIN
{noted}  INSERT INTO recall.change (id, at, tx, xid, relation, op, key, new)
  VALUES (
    nextval('recall.change_id'), clock_timestamp(), tx, own_xid, {relation}, 'I', {image_key}, image
  );
  RETURN NULL;
END
$function$;
