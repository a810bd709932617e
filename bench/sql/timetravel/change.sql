-- Makes changes, a hundred to a transaction, by fifty actors: updates of purchases all over the table,
-- and, where there are other tables, every second transaction in one of those. A hundred ticks mark
-- the time.
DO $block$
DECLARE
  transactions CONSTANT bigint := {changes} / 100;
  size         CONSTANT bigint := {rows};
BEGIN
  FOR number IN 1 .. transactions LOOP
    PERFORM recall.set_context(pg_catalog.jsonb_build_object('actor', 'actor-' || number % 50));
    IF {others} > 0 AND number % 2 = 0 THEN
      EXECUTE pg_catalog.format(
        'UPDATE public.other_%s SET n = n + 1, v = v WHERE id BETWEEN $1 AND $1 + 99',
        1 + number / 2 % {others}
      )
      USING 1 + number * 7 % 900;
    ELSE
      UPDATE public.purchase AS p
      SET amount = p.amount + 1, state = 'state ' || number % 7
      FROM (
        SELECT DISTINCT 1 + (number * 100 + g)::bigint * 7919 % size AS id FROM pg_catalog.generate_series(1, 100) AS g
      ) AS chosen
      WHERE p.id = chosen.id;
    END IF;
    COMMIT;
    IF number % greatest(transactions / 100, 1) = 0 THEN
      PERFORM recall.tick();
      COMMIT;
    END IF;
  END LOOP;
END
$block$
