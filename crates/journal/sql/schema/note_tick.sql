-- Writes a snapshot down. Takes no lock, so that it can stand in any transaction, however long that
-- stays open.
CREATE OR REPLACE FUNCTION recall._note_tick(
  upper bigint, open bigint[], at timestamptz, on_time boolean, settled boolean
)
RETURNS bigint
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $function$
  INSERT INTO recall.tick (at, valid_until, upper, open, incarnation, on_time, turned_back, settled)
  SELECT
    $3, $3, $1, $2, (SELECT max(i.id) FROM recall.incarnation AS i), $4,
    $4 AND coalesce(
      $3 < (SELECT k.valid_until FROM recall.tick AS k WHERE k.on_time ORDER BY k.id DESC LIMIT 1), false
    ),
    $5
  RETURNING id
$function$;

COMMENT ON FUNCTION recall._note_tick(bigint, bigint[], timestamptz, boolean, boolean) IS
  'Internal: writes a snapshot into recall.tick.';
REVOKE ALL ON FUNCTION recall._note_tick(bigint, bigint[], timestamptz, boolean, boolean) FROM PUBLIC;
