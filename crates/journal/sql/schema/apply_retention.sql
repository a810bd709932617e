-- Removes what the saved terms say: whole months, and at most `budget` changes and transactions one
-- by one. Terms count to the day here, and a pass that came to its end is noted, so that the journal
-- is looked through once a day however often this is called.
CREATE OR REPLACE FUNCTION recall._apply_retention(
  budget bigint, OUT changes bigint, OUT transactions bigint, OUT events bigint, OUT more boolean, OUT waiting text[]
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  relations integer[];
  cutoffs   timestamptz[];
  pass      text;
  sweep     bigint := (SELECT (s.value #>> '{}')::bigint FROM recall.setting AS s WHERE s.name = 'retention_sweep');
  step      record;
  part      record;
BEGIN
  changes := 0;
  transactions := 0;
  events := 0;
  more := false;
  waiting := '{}';
  SELECT
    array_agg(c.relation ORDER BY c.relation), array_agg(date_trunc('day', c.before, 'UTC') ORDER BY c.relation)
  INTO relations, cutoffs
  FROM recall._cutoffs(NULL, NULL, false) AS c;
  pass := md5(concat(relations, (SELECT array_agg(extract(epoch FROM c)) FROM unnest(cutoffs) AS c)));
  IF relations IS NULL OR (
    sweep IS NULL AND pass = (SELECT s.value #>> '{}' FROM recall.setting AS s WHERE s.name = 'retention_pass')
  ) THEN
    RETURN;
  END IF;

  FOR step IN
    SELECT p.partition, p.whole, min(p.relation) AS relation, min(p.before) AS before
    FROM recall._retention_plan(relations, cutoffs) AS p
    GROUP BY p.partition, p.whole, CASE WHEN NOT p.whole THEN p.relation END
  LOOP
    IF step.whole THEN
      BEGIN
        changes := changes + recall._remove_month(step.partition, relations, cutoffs);
      EXCEPTION WHEN lock_not_available THEN
        waiting := waiting || format('%s is being read, so it could not be emptied', step.partition);
      END;
      CONTINUE;
    END IF;
    SELECT NULL::bigint AS record, 0::bigint AS after_tx, 0::bigint AS after_id INTO part;
    LOOP
      more := budget <= 0;
      EXIT WHEN more;
      SELECT r.* INTO part
      FROM recall._remove_changes(
        step.partition, step.relation, step.before, 10000, part.record, part.after_tx, part.after_id
      ) AS r;
      changes := changes + part.removed;
      budget := budget - part.removed;
      EXIT WHEN part.finished;
    END LOOP;
    EXIT WHEN more;
  END LOOP;

  -- Transactions go last: only then is it known that nothing of them is left.
  sweep := coalesce(sweep, 0);
  WHILE NOT more AND sweep IS NOT NULL LOOP
    SELECT r.* INTO part
    FROM recall._remove_transactions(
      (SELECT max(c) FROM unnest(cutoffs) AS c), cutoffs[array_position(relations, 0)], 10000, sweep
    ) AS r;
    transactions := transactions + part.removed;
    events := events + part.events;
    budget := budget - part.removed;
    sweep := CASE WHEN NOT part.finished THEN part.after_tx END;
    more := sweep IS NOT NULL AND budget <= 0;
  END LOOP;

  DELETE FROM recall.setting AS s WHERE s.name IN ('retention_sweep', 'retention_pass');
  INSERT INTO recall.setting (name, value)
  SELECT 'retention_sweep', to_jsonb(sweep) WHERE more AND sweep > 0
  UNION ALL
  SELECT 'retention_pass', to_jsonb(pass) WHERE NOT more AND cardinality(waiting) = 0;
END
$function$;

COMMENT ON FUNCTION recall._apply_retention(bigint) IS
  'Internal: removes what the saved terms say, a bounded amount a call.';
REVOKE ALL ON FUNCTION recall._apply_retention(bigint) FROM PUBLIC;
