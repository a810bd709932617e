-- Empties a partition of which nothing is to be left. TRUNCATE locks that one partition, which is
-- of a month that is over, so that nobody who writes has to wait; taking the empty partition away
-- is another step.
--
-- TRUNCATE is not transactional for those who took their snapshot before it. Readers of the past
-- lock recall.retention before they take theirs, so that this waits for them.
CREATE OR REPLACE FUNCTION recall._remove_month(partition name, relations integer[], cutoffs timestamptz[])
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- Shorter than deadlock_timeout: a reader never dies of it.
SET lock_timeout = '300ms'
AS $function$
DECLARE
  month   record;
  found   record;
  removed bigint;
BEGIN
  PERFORM set_config('recall.removal', 'on', true);
  SELECT m.* INTO month FROM recall._months() AS m WHERE m.partition = $1;
  IF month.until_at IS NULL OR month.until_at > now() THEN
    RAISE EXCEPTION '% is no partition of a month that is over', $1 USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- A transaction that is open since that month may still have something to commit.
  EXECUTE format('LOCK TABLE recall.%I IN SHARE MODE', $1);
  EXECUTE format(
    $query$
      SELECT count(*) FILTER (WHERE w.before IS NULL OR c.at >= w.before) AS kept, min(c.tx) AS lowest, max(c.tx) AS highest
      FROM recall.%I AS c
      LEFT JOIN unnest($1, $2) AS w (relation, before) ON w.relation = c.relation
    $query$, $1
  ) INTO found USING relations, cutoffs;
  IF found.kept > 0 THEN
    RAISE EXCEPTION '% changes of % are to be kept', found.kept, $1 USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  EXECUTE format(
    $query$
      WITH written AS (
        INSERT INTO recall.retention (
          relation, partition, whole, before, from_at, until_at, from_tx, until_tx, changes, finished_at
        )
        SELECT
          c.relation, $1, true, least($2, w.before),
          min(c.at), max(c.at), min(c.tx), max(c.tx), count(*), clock_timestamp()
        FROM recall.%I AS c
        JOIN unnest($3, $4) AS w (relation, before) ON w.relation = c.relation
        GROUP BY c.relation, w.before
        RETURNING changes
      )
      SELECT coalesce(sum(w.changes), 0) FROM written AS w
    $query$, $1
  ) INTO removed USING $1, month.until_at, relations, cutoffs;
  -- Transactions that began before the month or went on beyond it.
  EXECUTE format(
    $query$
      INSERT INTO recall.trimmed (tx)
      SELECT DISTINCT c.tx
      FROM recall.change AS c
      WHERE c.tx BETWEEN $1 AND $2
        AND (c.at < $3 OR c.at >= $4)
        AND EXISTS (SELECT FROM recall.%I AS g WHERE g.tx = c.tx)
      ON CONFLICT DO NOTHING
    $query$, $1
  ) USING found.lowest, found.highest, month.from_at, month.until_at;
  LOCK TABLE recall.retention IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('TRUNCATE TABLE recall.%I', $1);
  PERFORM set_config('recall.removal', '', true);
  RETURN removed;
END
$function$;

COMMENT ON FUNCTION recall._remove_month(name, integer[], timestamptz[]) IS
  'Internal: empties a partition of a past month of which nothing is to be kept; tells how many changes went.';
REVOKE ALL ON FUNCTION recall._remove_month(name, integer[], timestamptz[]) FROM PUBLIC;
