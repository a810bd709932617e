-- What recall.change keeps of the row after a change where a table is tracked with `--image changed`:
-- `=` and a row in which only the values stand that changed. Where one became null, which would not be
-- told from one that stayed, the row itself. The capture functions write the same from the values; this
-- is for where there are only texts.
CREATE OR REPLACE FUNCTION recall._delta(before text, after text)
RETURNS text
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT
    CASE
      WHEN bool_or(f.was IS NULL OR f.now IS NULL OR (f.was <> '' AND f.now = '')) THEN after
      ELSE concat('=(', string_agg(CASE WHEN f.now = f.was THEN '' ELSE f.now END, ',' ORDER BY f.place), ')')
    END
  FROM unnest(recall._fields(before), recall._fields(after)) WITH ORDINALITY AS f (was, now, place)
$function$;

COMMENT ON FUNCTION recall._delta(text, text) IS 'Internal: an image as what differs from another.';
