-- Records the deletion of a row of {table}. Generated; the table's columns are not named in it, so
-- that it keeps working when the table is altered. The noted number is checked as for an insert.
CREATE OR REPLACE FUNCTION recall.{function}()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
{settings}AS $function$
DECLARE
  own_xid CONSTANT xid8 := pg_current_xact_id();
  noted   CONSTANT bigint := nullif(current_setting('recall.transaction', true), '')::bigint;
  image   CONSTANT jsonb := {old_image};
BEGIN
  INSERT INTO recall.change (id, at, tx, xid, relation, op, key, old)
  SELECT nextval('recall.change_id'), clock_timestamp(), t.id, own_xid, {relation}, 'D', {image_key}, image
  FROM recall.transaction AS t
  WHERE t.id = noted AND t.xid = own_xid;
  IF NOT FOUND THEN
    INSERT INTO recall.change (id, at, tx, xid, relation, op, key, old)
    VALUES (
      nextval('recall.change_id'), clock_timestamp(), recall._begin_transaction(), own_xid, {relation}, 'D',
      {image_key}, image
    );
  END IF;
  RETURN NULL;
END
$function$;
