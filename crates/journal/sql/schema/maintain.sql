-- The upkeep of the journal: one call that cron, pg_cron or `pgrecall maintain` makes regularly. A
-- call does a bounded amount of work in one transaction and says whether more is left. Nothing in it
-- keeps a writer waiting longer than 0.3 seconds for a lock that it asks for.
--
-- To add something: a function of its own, and a step here that says in `report` what it did. What
-- locks the journal as a whole comes last, because locks are held until the end.
CREATE OR REPLACE FUNCTION recall.maintain()
RETURNS jsonb
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '300ms'
AS $function$
DECLARE
  budget  bigint := 100000;
  report  jsonb := '{"ran": true, "partitions_created": 0, "changes_moved": 0}';
  waiting text[] := '{}';
  more    boolean := false;
  found   record;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7236837713) THEN
    RETURN '{"ran": false, "more": false, "waiting": ["another maintenance runs"]}';
  END IF;

  SELECT d.* INTO found FROM recall._drop_old_checkpoints(NULL, NULL) AS d;
  report := report || jsonb_build_object('checkpoints_dropped', found.dropped);
  waiting := waiting || found.waiting;

  SELECT r.* INTO found FROM recall._apply_retention(budget) AS r;
  report := report || jsonb_build_object(
    'changes_removed', found.changes, 'transactions_removed', found.transactions, 'events_removed', found.events
  );
  more := more OR found.more;
  waiting := waiting || found.waiting;

  report := report || jsonb_build_object('ticks_removed', recall._thin_ticks());

  report := report || jsonb_build_object('refusals_collected', recall._collect_refusals());

  BEGIN
    report := jsonb_set(report, '{partitions_created}', to_jsonb(recall._create_partitions(3)));
  EXCEPTION WHEN lock_not_available THEN
    waiting := waiting || 'the default partition is in use, so partitions could not be made'::text;
  END;

  BEGIN
    SELECT m.* INTO found FROM recall._move_from_default() AS m;
    report := jsonb_set(report, '{changes_moved}', to_jsonb(found.moved));
    more := more OR found.moved > 0;
    IF found.waiting THEN
      waiting := waiting || 'the changes of this month are in the default partition until it is over'::text;
    END IF;
  EXCEPTION WHEN lock_not_available THEN
    waiting := waiting || 'the default partition is in use, so its changes could not be moved'::text;
  END;

  SELECT d.* INTO found FROM recall._drop_empty_months() AS d;
  report := report || jsonb_build_object('partitions_dropped', found.dropped);
  IF found.waiting > 0 THEN
    waiting := waiting || 'the journal is in use, so empty partitions could not be dropped'::text;
  END IF;

  INSERT INTO recall.setting AS s (name, value)
  VALUES ('maintained_at', to_jsonb(now()))
  ON CONFLICT (name) DO UPDATE SET value = excluded.value;
  RETURN report || jsonb_build_object('more', more, 'waiting', to_jsonb(waiting));
END
$function$;

COMMENT ON FUNCTION recall.maintain() IS
  'The upkeep of the journal: partitions ahead, saved retention. Call it regularly; `more`: call it again. For recall_admin.';
REVOKE ALL ON FUNCTION recall.maintain() FROM PUBLIC;
