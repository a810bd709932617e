-- Removes changes of one table from one partition, one batch a call: at most `batch` entries of the
-- index are looked at, from where the last call ended. The first call, with a record of null, writes
-- the row in recall.retention, so that the journal never lacks something that it does not know of.
CREATE OR REPLACE FUNCTION recall._remove_changes(
  partition name, relation integer, before timestamptz, batch integer,
  INOUT record bigint, INOUT after_tx bigint, INOUT after_id bigint, OUT removed bigint, OUT finished boolean
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
AS $function$
DECLARE
  seen  bigint;
  gone  bigint[];
BEGIN
  PERFORM set_config('recall.removal', 'on', true);
  IF NOT EXISTS (SELECT FROM recall._months() AS m WHERE m.partition = $1) THEN
    RAISE EXCEPTION '% is no partition of the journal', $1 USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF $3 > now() - interval '1 day' THEN
    RAISE EXCEPTION 'what is younger than a day is not removed' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF record IS NULL THEN
    EXECUTE format(
      $query$
        INSERT INTO recall.retention (relation, partition, whole, before, from_at, until_at, from_tx, until_tx, changes)
        SELECT $1, $2, false, $3, min(c.at), max(c.at), min(c.tx), max(c.tx), 0
        FROM recall.%I AS c
        WHERE c.relation = $1 AND c.at < $3
        RETURNING id
      $query$, $1
    ) INTO record USING $2, $1, $3;
    after_tx := coalesce(after_tx, 0);
    after_id := coalesce(after_id, 0);
  END IF;
  EXECUTE format(
    $query$
      WITH seen AS (
        SELECT c.tx, c.id, c.ctid AS place, c.relation = $1 AND c.at < $2 AS old
        FROM recall.%1$I AS c
        WHERE (c.tx, c.id) > ($3, $4)
          AND c.tx <= (SELECT r.until_tx FROM recall.retention AS r WHERE r.id = $6)
        ORDER BY c.tx, c.id
        LIMIT $5
      ),
      gone AS (
        DELETE FROM recall.%1$I AS c
        WHERE c.ctid = ANY (ARRAY(SELECT s.place FROM seen AS s WHERE s.old))
        RETURNING c.tx
      )
      SELECT
        (SELECT count(*) FROM seen),
        (SELECT s.tx FROM seen AS s ORDER BY s.tx DESC, s.id DESC LIMIT 1),
        (SELECT s.id FROM seen AS s ORDER BY s.tx DESC, s.id DESC LIMIT 1),
        (SELECT count(*) FROM gone),
        ARRAY(SELECT DISTINCT g.tx FROM gone AS g)
    $query$, $1
  ) INTO seen, after_tx, after_id, removed, gone USING $2, $3, after_tx, after_id, batch, record;
  finished := seen < batch;
  INSERT INTO recall.trimmed (tx)
  SELECT g.tx
  FROM unnest(gone) AS g (tx)
  WHERE EXISTS (SELECT FROM recall.change AS c WHERE c.tx = g.tx)
  ON CONFLICT DO NOTHING;
  UPDATE recall.retention AS r
  SET changes = r.changes + removed,
      finished_at = CASE WHEN finished THEN clock_timestamp() END
  WHERE r.id = record;
  PERFORM set_config('recall.removal', '', true);
END
$function$;

COMMENT ON FUNCTION recall._remove_changes(name, integer, timestamptz, integer, bigint, bigint, bigint) IS
  'Internal: removes changes of one table from one partition, one batch a call.';
REVOKE ALL ON FUNCTION recall._remove_changes(name, integer, timestamptz, integer, bigint, bigint, bigint) FROM PUBLIC;
