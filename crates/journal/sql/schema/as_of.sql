-- The rows of a table as of a moment, for SQL alone: those of today that were not touched since, and of
-- the others today's, plus what was there before each change since, less what was there after it.
-- `pgrecall at` does the same with the query around it in view, and so reads less.
CREATE OR REPLACE FUNCTION recall._as_of(of anyelement, upper bigint, open bigint[])
RETURNS SETOF anyelement
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $function$
DECLARE
  known recall.relation;
  named text;
  kind  "char";
  live  text;
  image text;
  same  text;
BEGIN
  SELECT r.* INTO known
  FROM pg_type AS t
  JOIN recall.relation AS r ON r.oid = t.typrelid
  WHERE t.oid = pg_typeof(of) AND r.tracked;
  IF known.id IS NULL THEN
    RAISE EXCEPTION '% is no tracked table', pg_typeof(of)
      USING ERRCODE = 'wrong_object_type', HINT = 'write `recall.as_of(NULL::the_table, moment)`';
  END IF;
  PERFORM recall._check_past(known.id, upper, open);
  SELECT format('%I.%I', n.nspname, c.relname), c.relkind INTO named, kind
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.oid = known.oid;
  -- What is hidden from the journal is null, then and now.
  IF known.excluded_columns || known.hashed_columns = '{}' THEN
    -- A bare r would mean a column of that name.
    live := format('(r.*)::%s', named);
    image := format('CASE i.shape WHEN $4 THEN i.image::%1$s ELSE jsonb_populate_record(NULL::%1$s, recall._decode(i.shape, i.image)) END', named);
  ELSE
    live := format('jsonb_populate_record(NULL::%s, recall._pinned_image(r.*) - $5)', named);
    image := format('jsonb_populate_record(NULL::%s, recall._decode(i.shape, i.image) - $5)', named);
  END IF;
  SELECT coalesce(
    format(
      'ROW(%s)::text = ROW(%s)::text',
      string_agg(format('(i.row).%I', k.name), ', ' ORDER BY k.place), string_agg(format('r.%I', k.name), ', ' ORDER BY k.place)
    ),
    -- Without a key every row is counted.
    'true'
  )
  INTO same
  FROM unnest(known.key_columns) WITH ORDINALITY AS k (name, place);
  RETURN QUERY EXECUTE format(
    $query$
      WITH image AS MATERIALIZED (
        SELECT %3$s AS row, i.copies
        FROM recall.change AS c
        CROSS JOIN LATERAL (VALUES (c.shape, c.old, 1), (c.shape, recall._whole(c.old, c.new), -1)) AS i (shape, image, copies)
        WHERE c.relation = $1 AND (c.tx >= $2 OR c.tx = ANY ($3)) AND i.image IS NOT NULL
      )
      SELECT (u.row).*
      FROM (
        SELECT %2$s AS row FROM %5$s %1$s AS r
        WHERE %6$L::boolean AND NOT EXISTS (SELECT FROM image AS i WHERE %4$s)
        OFFSET 0
      ) AS u
      UNION ALL
      SELECT (p.row).*
      FROM (
        SELECT b.row::text::%1$s AS row, sum(b.copies) AS copies
        FROM (
          SELECT i.row, i.copies FROM image AS i
          UNION ALL
          SELECT %2$s, 1 FROM %5$s %1$s AS r WHERE NOT %6$L::boolean OR EXISTS (SELECT FROM image AS i WHERE %4$s)
        ) AS b
        GROUP BY b.row::text
        HAVING sum(b.copies) > 0
        OFFSET 0
      ) AS p
      CROSS JOIN LATERAL generate_series(1, p.copies) AS copy
    $query$,
    named, live, image, same, CASE kind WHEN 'p' THEN '' ELSE 'ONLY' END, known.key_columns <> '{}'
  )
  USING known.id, upper, open, known.shape, known.excluded_columns || known.hashed_columns;
END
$function$;

COMMENT ON FUNCTION recall._as_of(anyelement, bigint, bigint[]) IS 'Internal: the rows of a table as of a moment.';
REVOKE ALL ON FUNCTION recall._as_of(anyelement, bigint, bigint[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION recall.as_of(of anyelement, moment text)
RETURNS SETOF anyelement
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT r.* FROM recall._boundary(moment) AS b CROSS JOIN LATERAL recall._as_of(of, b.upper, b.open) AS r
$function$;

COMMENT ON FUNCTION recall.as_of(anyelement, text) IS
  'The rows of a table as of a moment: SELECT * FROM recall.as_of(NULL::public.prizes, ''15 minutes ago''). For those who may read the whole journal.';
REVOKE ALL ON FUNCTION recall.as_of(anyelement, text) FROM PUBLIC;
