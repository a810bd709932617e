-- Records the insert of a row into {table}. Generated; the table's columns are not named in it, so
-- that it keeps working when the table is altered.
--
-- The noted number only spares a search: the row in recall.transaction must have our own xid too,
-- which no client can choose. If it has not, the setting was forged or is not there yet.
CREATE OR REPLACE FUNCTION recall.{function}()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
{settings}AS $function$
DECLARE
  own_xid CONSTANT xid8 := pg_current_xact_id();
  noted   CONSTANT bigint := nullif(current_setting('recall.transaction', true), '')::bigint;
  image   CONSTANT jsonb := {new_image};
BEGIN
  INSERT INTO recall.change (id, at, tx, xid, relation, op, key, new)
  SELECT nextval('recall.change_id'), clock_timestamp(), t.id, own_xid, {relation}, 'I', {image_key}, image
  FROM recall.transaction AS t
  WHERE t.id = noted AND t.xid = own_xid;
  IF NOT FOUND THEN
    INSERT INTO recall.change (id, at, tx, xid, relation, op, key, new)
    VALUES (
      nextval('recall.change_id'), clock_timestamp(), recall._begin_transaction(), own_xid, {relation}, 'I',
      {image_key}, image
    );
  END IF;
  RETURN NULL;
END
$function$;
