-- Keeps the capture functions of a table, and puts functions that do nothing into their place: the
-- next statement of every session uses those. No lock on the table is waited for.
CREATE OR REPLACE FUNCTION recall._silence(silenced integer)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  names name[];
  given name;
BEGIN
  -- A new table that nobody has looked after yet has none: recall._capture_new() asks for itself.
  SELECT coalesce(array_agg(p.proname ORDER BY p.proname), '{}') INTO names
  FROM pg_proc AS p
  WHERE p.pronamespace = 'recall'::regnamespace
    AND p.prorettype = 'trigger'::regtype
    AND p.proname ~ format('^capture_%s_', silenced);
  INSERT INTO recall.paused (relation, definitions)
  SELECT silenced, coalesce(array_agg(pg_get_functiondef(format('recall.%I()', n.name)::regprocedure) ORDER BY n.name), '{}')
  FROM unnest(names) AS n (name)
  ON CONFLICT ON CONSTRAINT paused_pkey DO UPDATE SET definitions = excluded.definitions;
  FOREACH given IN ARRAY names LOOP
    EXECUTE format(
      'CREATE OR REPLACE FUNCTION recall.%I() RETURNS trigger LANGUAGE plpgsql AS %L',
      given, E'-- Paused: recall.paused has what it was, recall.resume() brings it back.\nBEGIN\n  RETURN NULL;\nEND'
    );
  END LOOP;
END
$function$;

COMMENT ON FUNCTION recall._silence(integer) IS 'Internal: makes the capture functions of a table do nothing.';
REVOKE ALL ON FUNCTION recall._silence(integer) FROM PUBLIC;
