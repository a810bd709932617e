-- How many rows of the table the current actor changed in other transactions of the last minute,
-- counted up to `most`. Transactions that are not committed yet are not seen.
CREATE OR REPLACE FUNCTION recall._recent_changes(relation integer, actor text, most integer)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  since CONSTANT timestamptz := clock_timestamp() - interval '1 minute';
  own   CONSTANT bigint := recall._tx();
  first bigint;
  count bigint;
BEGIN
  -- Two queries, so that each can use an index.
  IF actor IS NULL THEN
    SELECT c.tx INTO first FROM recall.change AS c WHERE c.at <= since ORDER BY c.tx DESC LIMIT 1;
    SELECT count(*) INTO count FROM (
      SELECT FROM recall.change AS c
      LEFT JOIN recall.transaction AS t ON t.id = c.tx
      WHERE c.tx >= coalesce(first, 0) AND c.at > since AND c.relation = $1 AND c.tx <> own
        AND c.database_user = session_user AND t.actor IS NULL
      LIMIT most
    ) AS found;
  ELSE
    SELECT t.id INTO first FROM recall.transaction AS t WHERE t.at > since ORDER BY t.at LIMIT 1;
    SELECT count(*) INTO count FROM (
      SELECT FROM recall.transaction AS t
      JOIN recall.change AS c ON c.tx = t.id
      WHERE t.id >= first AND t.actor = $2 AND t.id <> own AND c.relation = $1 AND c.at > since
      LIMIT most
    ) AS found;
  END IF;
  RETURN count;
END
$function$;

COMMENT ON FUNCTION recall._recent_changes(integer, text, integer) IS
  'Internal: how many rows of a table an actor changed in other transactions of the last minute.';
REVOKE ALL ON FUNCTION recall._recent_changes(integer, text, integer) FROM PUBLIC;

-- Counts rows that are about to be changed, and refuses what is too many. The count of this
-- transaction is in a sequence, of which `currval` is the session's own and cannot be set by a
-- client: the last bits of the xid (24), the minute since the transaction began (8), the count
-- (31). It begins with what the actor's other transactions changed.
--
-- A client can throw the value away. The lock, which it cannot give back before the transaction ends, says
-- that there was one.
CREATE OR REPLACE FUNCTION recall._count_changes(relation integer, most integer, rows bigint, op text)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  counter CONSTANT regclass := 'recall.guard_count_' || relation;
  minute  CONSTANT bigint := floor(extract(epoch FROM clock_timestamp() - now()) / 60);
  stretch CONSTANT bigint := ((pg_current_xact_id()::text::bigint & 16777215) << 8) | (minute & 255);
  actor   text;
  counted bigint;
BEGIN
  BEGIN
    counted := currval(counter);
  EXCEPTION WHEN object_not_in_prerequisite_state THEN
    counted := 0;
  END;
  IF counted >> 31 = stretch THEN
    counted := counted & 2147483647;
  ELSIF counted >> 39 <> stretch >> 8 AND recall._has_counted(relation) THEN
    counted := most;
  ELSE
    counted := recall._recent_changes(relation, recall._current_actor(), most);
  END IF;
  IF counted + rows > most THEN
    actor := recall._current_actor();
    PERFORM recall._refuse(
      relation, 'changes', op, actor,
      format(
        '%s may change %s rows of table %s within a minute, and this would be more',
        coalesce('actor ' || actor, 'database user ' || session_user),
        most, (SELECT t.qualified_name FROM recall.tracked AS t WHERE t.id = relation)
      ),
      'wait a minute, work in smaller steps, or raise the limit with `pgrecall track --max-changes`'
    );
  END IF;
  -- Each time: one that was taken after a savepoint goes with the savepoint.
  PERFORM pg_advisory_xact_lock_shared(7236837, relation);
  PERFORM setval(counter, (stretch << 31) | (counted + rows));
END
$function$;

COMMENT ON FUNCTION recall._count_changes(integer, integer, bigint, text) IS
  'Internal: counts rows that are about to be changed, and refuses what is too many.';
REVOKE ALL ON FUNCTION recall._count_changes(integer, integer, bigint, text) FROM PUBLIC;

-- Whether this transaction has counted changes of the table before.
CREATE OR REPLACE FUNCTION recall._has_counted(relation integer)
RETURNS boolean
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT EXISTS (
    SELECT
    FROM pg_locks AS l
    WHERE l.locktype = 'advisory' AND l.pid = pg_backend_pid() AND l.granted
      AND l.classid = 7236837 AND l.objid = $1::oid AND l.objsubid = 2
      AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
  )
$function$;

COMMENT ON FUNCTION recall._has_counted(integer) IS
  'Internal: whether this transaction has counted changes of the table before.';
REVOKE ALL ON FUNCTION recall._has_counted(integer) FROM PUBLIC;

-- The actor under whom the current transaction is or will be recorded.
CREATE OR REPLACE FUNCTION recall._current_actor()
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  tx CONSTANT text := recall._tx();
BEGIN
  IF current_setting('recall.transaction', true) = tx THEN
    RETURN (SELECT t.actor FROM recall.transaction AS t WHERE t.id = tx::bigint);
  END IF;
  RETURN left(recall._context() ->> 'actor', 500);
END
$function$;

COMMENT ON FUNCTION recall._current_actor() IS
  'Internal: the actor under whom the current transaction is or will be recorded.';
REVOKE ALL ON FUNCTION recall._current_actor() FROM PUBLIC;

CREATE OR REPLACE FUNCTION recall._guard_changes()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  PERFORM recall._count_changes(TG_ARGV[0]::integer, TG_ARGV[1]::integer, 1, lower(TG_OP));
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END
$function$;

COMMENT ON FUNCTION recall._guard_changes() IS 'Internal: refuses more changes of an actor than a minute may have.';
REVOKE ALL ON FUNCTION recall._guard_changes() FROM PUBLIC;
