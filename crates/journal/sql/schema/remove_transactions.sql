-- Removes transactions from before a time to which nothing belongs any more, and the events from
-- before `events_before` with them, one batch a call. What refers to a transaction is found by the
-- names of the columns, so that a table that is added later keeps its transactions by itself.
CREATE OR REPLACE FUNCTION recall._remove_transactions(
  before timestamptz, events_before timestamptz, batch integer,
  INOUT after_tx bigint, OUT removed bigint, OUT events bigint, OUT finished boolean
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
AS $function$
DECLARE
  candidates bigint[];
  users      CONSTANT text := (
    SELECT string_agg(
      format('AND NOT EXISTS (SELECT FROM recall.%I AS u WHERE u.%I = t.id)', c.relname, a.attname), E'\n'
    )
    FROM pg_class AS c
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'recall'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.atttypid = 'bigint'::regtype AND (a.attname = 'tx' OR a.attname LIKE '%\_tx')
      AND c.relname NOT IN ('transaction', 'undo', 'trimmed', 'retention', 'commit')
  );
BEGIN
  PERFORM set_config('recall.removal', 'on', true);
  IF before > now() - interval '1 day' OR events_before > now() - interval '1 day' THEN
    RAISE EXCEPTION 'what is younger than a day is not removed' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT array_agg(t.id) INTO candidates
  FROM (
    SELECT t.id
    FROM recall.transaction AS t
    WHERE t.id > coalesce(after_tx, 0) AND t.at < before
    ORDER BY t.id
    LIMIT batch
  ) AS t;
  finished := coalesce(cardinality(candidates), 0) < batch;
  after_tx := coalesce(candidates[cardinality(candidates)], after_tx);
  events := 0;
  removed := 0;
  IF candidates IS NULL THEN
    PERFORM set_config('recall.removal', '', true);
    RETURN;
  END IF;
  IF events_before IS NOT NULL AND to_regclass('recall.event') IS NOT NULL THEN
    EXECUTE 'DELETE FROM recall.event AS e WHERE e.tx = ANY ($1) AND e.at < $2' USING candidates, events_before;
    GET DIAGNOSTICS events = ROW_COUNT;
  END IF;
  EXECUTE format(
    $query$
      WITH gone AS (
        DELETE FROM recall.transaction AS t WHERE t.id = ANY ($1) %s
        RETURNING t.id
      ),
      undone AS (DELETE FROM recall.undo AS u WHERE u.tx IN (SELECT g.id FROM gone AS g)),
      known AS (DELETE FROM recall.trimmed AS d WHERE d.tx IN (SELECT g.id FROM gone AS g))
      SELECT count(*) FROM gone
    $query$, users
  ) INTO removed USING candidates;
  PERFORM set_config('recall.removal', '', true);
END
$function$;

COMMENT ON FUNCTION recall._remove_transactions(timestamptz, timestamptz, integer, bigint) IS
  'Internal: removes old transactions to which nothing belongs any more, and old events, one batch a call.';
REVOKE ALL ON FUNCTION recall._remove_transactions(timestamptz, timestamptz, integer, bigint) FROM PUBLIC;
