-- What is to be done when a table was made or altered just now.
CREATE OR REPLACE FUNCTION recall._look_after(table_oid oid, command text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  concerned integer;
BEGIN
  FOR concerned IN
    -- It, and what has its columns from it: partitions that were attached with it, and tables that inherit.
    WITH RECURSIVE heir AS (
      SELECT table_oid AS oid
      UNION
      SELECT i.inhrelid FROM heir AS h JOIN pg_inherits AS i ON i.inhparent = h.oid
    )
    SELECT r.id
    FROM recall.relation AS r
    WHERE r.tracked
      AND r.oid IN (
        SELECT a.relid FROM pg_partition_ancestors(table_oid) AS a
        UNION ALL
        SELECT h.oid FROM heir AS h
      )
    ORDER BY r.id
  LOOP
    PERFORM recall._note_partitions(concerned, command);
    PERFORM recall._note_schema(concerned, command);
    PERFORM recall._note_bypass(concerned);
  END LOOP;
  IF command = 'ALTER TABLE' THEN
    -- What was detached is recorded by itself again.
    PERFORM recall._note_bypass(g.relation)
    FROM recall.gap AS g
    WHERE g.reason = 'recorded above' AND g.until_tx IS NULL;
  END IF;
  IF NOT EXISTS (SELECT FROM recall.relation AS r WHERE r.oid = table_oid)
    AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = table_oid AND c.relispartition)
  THEN
    PERFORM recall._track_new(table_oid, command);
  END IF;
END
$function$;

COMMENT ON FUNCTION recall._look_after(oid, text) IS 'Internal: what is to be done when a table was made or altered.';
REVOKE ALL ON FUNCTION recall._look_after(oid, text) FROM PUBLIC;
