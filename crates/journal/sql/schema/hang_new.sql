-- Hangs what records a new table, or a new partition of a tracked one: triggers on it that always fire.
-- A partition inherits those for rows from its root.
CREATE OR REPLACE FUNCTION recall._hang_new(relation integer, table_oid oid, partition boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  target    CONSTANT regclass := table_oid;
  holds     CONSTANT boolean := (SELECT c.relkind = 'r' FROM pg_class AS c WHERE c.oid = table_oid);
  written   CONSTANT text := format('capture_%s_truncate', relation);
  triggers  text[] := '{}';
  given     text;
  operation text;
BEGIN
  SELECT format('%s, %L, %L, %L, %L', r.id, r.key_columns, w.recorded, r.hashed_columns, w.hides)
  INTO given
  FROM recall.relation AS r
  CROSS JOIN LATERAL (
    SELECT
      coalesce(
        array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attname <> ALL (r.excluded_columns)), '{}'
      ) AS recorded,
      r.hashed_columns <> '{}'
        OR coalesce(bool_or(a.attname = ANY (r.excluded_columns) AND a.attgenerated <> 'v'), false) AS hides
    FROM pg_attribute AS a
    WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  ) AS w
  WHERE r.id = $1;
  FOREACH operation IN ARRAY ARRAY['insert', 'update', 'delete'] LOOP
    triggers := triggers || format('!recall_%s_%s', relation, operation);
    IF NOT partition THEN
      EXECUTE format(
        'CREATE TRIGGER %I AFTER %s ON %s FOR EACH ROW EXECUTE FUNCTION recall._capture_new(%s)',
        format('!recall_%s_%s', relation, operation), operation, target, given
      );
    END IF;
  END LOOP;
  IF holds THEN
    triggers := triggers || format('!recall_%s_truncate', relation);
    EXECUTE format(
      'CREATE TRIGGER %I BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION recall.%I(%s)',
      format('!recall_%s_truncate', relation), target,
      CASE WHEN to_regproc('recall.' || written) IS NULL THEN '_capture_new' ELSE written END,
      CASE WHEN to_regproc('recall.' || written) IS NULL THEN given END
    );
  END IF;
  -- In one command, because the event trigger looks after the table when it is done.
  EXECUTE format(
    'ALTER TABLE ONLY %s %s', target,
    (SELECT string_agg(format('ENABLE ALWAYS TRIGGER %I', t.name), ', ') FROM unnest(triggers) AS t (name))
  );
END
$function$;

COMMENT ON FUNCTION recall._hang_new(integer, oid, boolean) IS 'Internal: hangs what records a new table or partition.';
REVOKE ALL ON FUNCTION recall._hang_new(integer, oid, boolean) FROM PUBLIC;
