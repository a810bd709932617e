-- Records every row that a TRUNCATE of {table}, or of one of its partitions, is about to remove.
-- It runs before the TRUNCATE: afterwards there is nothing left to read. Generated.
CREATE OR REPLACE FUNCTION recall.{function}()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
{settings}AS $function$
BEGIN
  EXECUTE format(
    $query$
      INSERT INTO recall.change (id, at, tx, xid, relation, op, key, old)
      SELECT
        nextval('recall.change_id'), clock_timestamp(), $1, pg_current_xact_id(), {relation}, 'T',
        {image_key}, i.image
      FROM ONLY %s AS r
      CROSS JOIN LATERAL (SELECT {row_image} AS image) AS i
    $query$,
    TG_RELID::regclass
  )
  USING recall._begin_transaction();
  RETURN NULL;
END
$function$;
