-- Why a table can only be recorded row by row, although its rows would be recorded for each statement; null
-- where they are.
--
-- Statement triggers see other rows than those of the table where it inherits, and no statement at all
-- where it is a partition. Triggers of the user's may change rows between the end of the statement and
-- our trigger. So may whatever a foreign key that refers to the table changes along: the table itself, or
-- another one with triggers that change this one.
CREATE OR REPLACE FUNCTION recall._why_by_row(relation integer, table_oid oid)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT CASE
    WHEN c.relkind <> 'r' OR c.relispartition THEN 'it is partitioned or a partition'
    WHEN c.relhassubclass OR EXISTS (SELECT FROM pg_inherits AS i WHERE i.inhrelid = c.oid) THEN
      'it inherits, or others inherit from it'
    WHEN EXISTS (
      SELECT
      FROM pg_trigger AS t
      JOIN pg_proc AS p ON p.oid = t.tgfoid
      WHERE t.tgrelid = c.oid
        AND NOT t.tgisinternal
        AND NOT (p.pronamespace = 'recall'::regnamespace AND p.proname ~ format('^capture_%s_[a-z]+$', relation))
    ) THEN 'it has other triggers'
    WHEN EXISTS (
      SELECT
      FROM pg_constraint AS k
      WHERE k.confrelid = c.oid AND k.contype = 'f'
        AND NOT (k.confupdtype IN ('a', 'r') AND k.confdeltype IN ('a', 'r'))
    ) THEN 'a foreign key that refers to it changes rows'
  END
  FROM pg_class AS c
  WHERE c.oid = table_oid
$function$;

COMMENT ON FUNCTION recall._why_by_row(integer, oid) IS
  'Internal: why a table can only be recorded row by row; null where it is recorded for each statement.';
REVOKE ALL ON FUNCTION recall._why_by_row(integer, oid) FROM PUBLIC;

-- Whether all rows of a statement may be recorded at once. Marked immutable for the same reason as
-- recall._is_altered(): whatever matters here makes the server plan anew.
CREATE OR REPLACE FUNCTION recall._may_be_at_once(relation integer, table_oid oid)
RETURNS boolean
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN recall._why_by_row(relation, table_oid) IS NULL;
END
$function$;

COMMENT ON FUNCTION recall._may_be_at_once(integer, oid) IS
  'Internal: whether all rows that a statement changes in a table may be recorded at once.';
REVOKE ALL ON FUNCTION recall._may_be_at_once(integer, oid) FROM PUBLIC;
