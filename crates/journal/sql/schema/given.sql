-- What the rows that were there got in columns that were added, as text, by the number of the column. The
-- server remembers a constant; that it was nothing is certain only at once, because a default may have gone
-- since. What it worked out for each row nobody knows.
CREATE OR REPLACE FUNCTION recall._given(table_oid oid, columns_before jsonb, seen_at_once boolean)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT coalesce(jsonb_object_agg(a.attnum, (a.attmissingval::text::text[])[1]), '{}')
  FROM pg_attribute AS a
  JOIN pg_type AS t ON t.oid = a.atttypid
  WHERE a.attrelid = table_oid
    AND a.attnum > 0
    AND NOT a.attisdropped
    AND NOT columns_before ? a.attnum::text
    AND (
      a.atthasmissing
      OR (seen_at_once AND NOT a.atthasdef AND NOT a.attnotnull AND a.attidentity = '' AND t.typtype <> 'd')
    )
$function$;

COMMENT ON FUNCTION recall._given(oid, jsonb, boolean) IS
  'Internal: what the rows that were there got in columns that were added.';
REVOKE ALL ON FUNCTION recall._given(oid, jsonb, boolean) FROM PUBLIC;
