-- The whole row after a change, from what recall.change keeps of it: the row, or, behind `=`, what
-- differs from the row before. That is a row in which only the values stand that changed; in older
-- journals an array of places in the row, each followed by the value that came there.
CREATE OR REPLACE FUNCTION recall._patched(before text, delta text)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  fields  text[] := recall._fields(before);
  changed text[];
BEGIN
  IF starts_with(delta, '=(') THEN
    changed := recall._fields(delta);
    FOR place IN 1 .. cardinality(changed) LOOP
      IF changed[place] <> '' THEN
        fields[place] := changed[place];
      END IF;
    END LOOP;
  ELSE
    changed := substr(delta, 2)::text[];
    FOR pair IN 1 .. cardinality(changed) BY 2 LOOP
      fields[changed[pair]::integer] := changed[pair + 1];
    END LOOP;
  END IF;
  RETURN '(' || array_to_string(fields, ',') || ')';
END
$function$;

-- Without a search_path of its own, so that it can be inlined: most images are whole.
CREATE OR REPLACE FUNCTION recall._whole(before text, after text)
RETURNS text
LANGUAGE sql
IMMUTABLE PARALLEL SAFE
AS $function$
  SELECT CASE WHEN pg_catalog.starts_with(after, '=') THEN recall._patched(before, after) ELSE after END
$function$;

COMMENT ON FUNCTION recall._patched(text, text) IS 'Internal: a row with some of its values replaced.';
COMMENT ON FUNCTION recall._whole(text, text) IS
  'Internal: the whole row after a change. Every name in it is qualified.';
