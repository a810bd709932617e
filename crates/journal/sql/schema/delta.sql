-- What recall.change keeps of the row after a change where a table is tracked with `--image changed`:
-- `=` and an array of places in the row, each followed by the value that came there. Where that is not
-- shorter, the row itself.
CREATE OR REPLACE FUNCTION recall._delta(before text, after text)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  was   CONSTANT text[] := recall._fields(before);
  now   CONSTANT text[] := recall._fields(after);
  delta text[] := '{}';
BEGIN
  IF cardinality(was) <> cardinality(now) THEN
    RETURN after;
  END IF;
  FOR place IN 1 .. cardinality(now) LOOP
    IF now[place] <> was[place] THEN
      delta := delta || ARRAY[place::text, now[place]];
    END IF;
  END LOOP;
  RETURN CASE WHEN octet_length(delta::text) + 1 < octet_length(after) THEN '=' || delta::text ELSE after END;
END
$function$;

COMMENT ON FUNCTION recall._delta(text, text) IS 'Internal: an image as what differs from another.';
