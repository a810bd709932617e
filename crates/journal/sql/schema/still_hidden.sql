-- The names that hidden columns have now: a column is hidden, not a name, so a renamed one stays so.
-- A name whose column was dropped is kept, in case that a column of that name comes again.
CREATE OR REPLACE FUNCTION recall._still_hidden(names text[], before jsonb, after jsonb)
RETURNS text[]
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT coalesce(array_agg(coalesce(n.value ->> 0, h.name) ORDER BY h.position), '{}')
  FROM unnest(names) WITH ORDINALITY AS h (name, position)
  LEFT JOIN jsonb_each(before -> 'columns') AS o ON o.value ->> 0 = h.name
  LEFT JOIN jsonb_each(after -> 'columns') AS n ON n.key = o.key
$function$;

COMMENT ON FUNCTION recall._still_hidden(text[], jsonb, jsonb) IS 'Internal: the names that hidden columns have now.';
REVOKE ALL ON FUNCTION recall._still_hidden(text[], jsonb, jsonb) FROM PUBLIC;
