-- Thins the ticks that are older than a day out: the last one of each minute stays, and so do those
-- that have names and those at which the clock had been turned back, because times are read by them.
-- What is older than the journal goes as a whole, the commit times too. Gives how many ticks went.
--
-- Where the last call ended is remembered, so that the ticks are not looked through each time.
CREATE OR REPLACE FUNCTION recall._thin_ticks()
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  thinned bigint := coalesce((SELECT (s.value #>> '{}')::bigint FROM recall.setting AS s WHERE s.name = 'ticks_thinned'), 0);
  until   bigint;
  begins  timestamptz;
  gone    bigint := 0;
  older   bigint;
BEGIN
  PERFORM set_config('recall.removal', 'on', true);
  SELECT max(k.id) INTO until
  FROM (
    SELECT k.id, k.valid_until FROM recall.tick AS k WHERE k.id > thinned ORDER BY k.id LIMIT 100000
  ) AS k
  WHERE k.valid_until < date_trunc('minute', now() - interval '1 day');
  IF until IS NOT NULL THEN
    WITH old AS (
      SELECT k.id, lead(k.at) OVER (ORDER BY k.id) AS next_at, k.at, k.turned_back
      FROM recall.tick AS k
      WHERE k.id > thinned AND k.id <= until AND k.on_time
    )
    DELETE FROM recall.tick AS k
    USING old AS o
    WHERE o.id = k.id
      AND NOT o.turned_back
      AND date_trunc('minute', o.next_at) = date_trunc('minute', o.at)
      AND NOT EXISTS (SELECT FROM recall.mark AS m WHERE m.tick = k.id);
    GET DIAGNOSTICS gone = ROW_COUNT;
    -- The last one is looked at again, together with what follows it.
    INSERT INTO recall.setting (name, value) VALUES ('ticks_thinned', to_jsonb(until - 1))
    ON CONFLICT ON CONSTRAINT setting_pkey DO UPDATE SET value = excluded.value;
  END IF;

  SELECT min(m.from_at) INTO begins FROM recall._months() AS m;
  IF begins < now() - interval '1 day' AND NOT EXISTS (SELECT FROM recall.change_default) THEN
    DELETE FROM recall.tick AS k
    WHERE k.valid_until < begins
      -- The newest one stays, because numbers of another incarnation begin after it.
      AND k.id < (SELECT max(n.id) FROM recall.tick AS n)
      AND NOT EXISTS (SELECT FROM recall.mark AS m WHERE m.tick = k.id);
    GET DIAGNOSTICS older = ROW_COUNT;
    DELETE FROM recall.commit AS c WHERE c.at < begins;
    gone := gone + older;
  END IF;
  PERFORM set_config('recall.removal', '', true);
  RETURN gone;
END
$function$;

COMMENT ON FUNCTION recall._thin_ticks() IS 'Internal: thins old ticks out; how many went.';
REVOKE ALL ON FUNCTION recall._thin_ticks() FROM PUBLIC;
