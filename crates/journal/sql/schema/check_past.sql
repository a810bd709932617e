-- Refuses to tell of a moment of which the journal does not know all of a table, and warns of gaps.
CREATE OR REPLACE FUNCTION recall._check_past(relation integer, upper bigint, open bigint[])
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  known   CONSTANT recall.relation := (SELECT r FROM recall.relation AS r WHERE r.id = relation);
  named   CONSTANT text := format('%I.%I', known.schema_name, known.table_name);
  horizon CONSTANT bigint := (SELECT h.tx FROM recall.horizon(known.id) AS h);
  gap     record;
BEGIN
  IF NOT recall._reads_everything() THEN
    RAISE EXCEPTION 'the past of a whole table is for those who may read the whole journal'
      USING ERRCODE = 'insufficient_privilege', HINT = 'ask for recall_auditor';
  END IF;
  IF known.since_tx >= upper OR known.since_tx = ANY (open) OR horizon >= upper OR horizon = ANY (open) THEN
    RAISE EXCEPTION 'the journal of % begins later than that', named
      USING ERRCODE = 'no_data_found',
        HINT = format('choose a moment after %s', greatest(known.since_at, (SELECT h.at FROM recall.horizon(known.id) AS h)));
  END IF;
  IF (
    SELECT count(DISTINCT (f.columns, f.given))
    FROM recall.form AS f
    WHERE f.relation = known.id
      AND f.id >= (
        SELECT coalesce(max(b.id), 0)
        FROM recall.form AS b
        WHERE b.relation = known.id AND b.tx < upper AND b.tx <> ALL (open)
      )
  ) > 1 OR NOT coalesce(recall._has_its_shape(known.id), false) THEN
    RAISE EXCEPTION 'the columns of % were others then', named
      USING ERRCODE = 'feature_not_supported', HINT = '`pgrecall at` shows tables in the form that they had';
  END IF;
  FOR gap IN
    SELECT g.reason, g.from_at, g.until_at
    FROM recall.gap AS g
    WHERE (g.relation = known.id OR g.relation IS NULL)
      AND (g.until_tx IS NULL OR g.until_tx >= upper OR g.until_tx = ANY (open))
    ORDER BY g.id
  LOOP
    RAISE WARNING 'changes of % may be missing (%), from % to %', named, gap.reason, gap.from_at, coalesce(gap.until_at::text, 'now');
  END LOOP;
END
$function$;

COMMENT ON FUNCTION recall._check_past(integer, bigint, bigint[]) IS
  'Internal: refuses to tell of a moment of which the journal does not know all of a table.';
REVOKE ALL ON FUNCTION recall._check_past(integer, bigint, bigint[]) FROM PUBLIC;
