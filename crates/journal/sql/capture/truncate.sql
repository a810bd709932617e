-- Records every row that a TRUNCATE of {table}, or of one of its partitions, is about to remove.
-- It runs before the TRUNCATE: afterwards there is nothing left to read. Generated.
-- Where row-level security hides rows from it, that is written down as a gap.
CREATE OR REPLACE FUNCTION recall.{function}()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
{settings}AS $function$
DECLARE
  tx CONSTANT bigint := recall._begin_transaction();
BEGIN
  IF row_security_active(TG_RELID) THEN
    -- The policies of the table hide rows from the journal's owner too.
    INSERT INTO recall.gap (relation, reason, from_tx, from_at, until_tx, until_at)
    SELECT {relation}, 'row security', t.id, t.at, t.id, t.at
    FROM recall.transaction AS t
    WHERE t.id = tx;
    RAISE WARNING 'pgRecall may not see every row that this TRUNCATE removes'
      USING HINT = 'let the owner of schema recall bypass row-level security';
  END IF;
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
  USING tx;
  RETURN NULL;
END
$function$;
