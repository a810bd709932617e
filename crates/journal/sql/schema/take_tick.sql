-- Takes a tick: records which transactions are visible now, and when those that have become visible
-- since the last tick were committed. Where nothing of the journal has, and no table has begun or
-- ceased to be recorded or was altered, the last tick is prolonged instead, so that a quiet database gathers none.
--
-- Only one caller at a time looks after that; another one just writes its snapshot down.
CREATE OR REPLACE FUNCTION recall.tick()
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  before    timestamptz;
  seen      record;
  last      recall.tick;
  committed bigint[];
  alone     boolean;
BEGIN
  before := clock_timestamp();
  SELECT s.* INTO seen FROM recall._snapshot() AS s;
  -- The number is arbitrary and only ours.
  alone := seen.on_time AND pg_try_advisory_xact_lock(7236837714);
  IF alone THEN
    SELECT k.* INTO last FROM recall.tick AS k WHERE k.settled ORDER BY k.id DESC LIMIT 1;
  END IF;
  IF last.id IS NOT NULL THEN
    committed := ARRAY(SELECT recall._committed_between(last.upper, last.open, seen.upper, seen.open));
    IF cardinality(committed) = 0 AND before >= last.valid_until AND NOT EXISTS (
      SELECT
      FROM (
        SELECT r.since_tx FROM recall.relation AS r
        UNION ALL
        SELECT f.tx FROM recall.form AS f
        UNION ALL
        SELECT greatest(g.from_tx, g.until_tx) FROM recall.gap AS g
      ) AS t (tx)
      WHERE t.tx >= last.upper OR t.tx = ANY (last.open)
    ) THEN
      UPDATE recall.tick AS k SET valid_until = before WHERE k.id = last.id;
      RETURN last.id;
    END IF;
    IF last.incarnation = (SELECT max(i.id) FROM recall.incarnation AS i) THEN
      INSERT INTO recall.commit (tx, at)
      SELECT c.tx, c.at
      FROM (SELECT u AS tx, recall._commit_time(u) AS at FROM unnest(committed) AS u) AS c
      WHERE c.at IS NOT NULL
      ON CONFLICT DO NOTHING;
    END IF;
  END IF;
  RETURN recall._note_tick(seen.upper, seen.open, seen.at, seen.on_time, alone);
END
$function$;

COMMENT ON FUNCTION recall.tick() IS
  'Records which transactions are visible now, and gives the number of the tick: a moment that is exact. For recall_admin.';
REVOKE ALL ON FUNCTION recall.tick() FROM PUBLIC;
