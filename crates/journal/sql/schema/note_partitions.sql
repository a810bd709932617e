-- Looks after the partitions of a tracked table: a new one gets what records it, and one that came or
-- went with its rows is a gap of this very transaction, because nobody inserted or deleted those.
CREATE OR REPLACE FUNCTION recall._note_partitions(relation integer, command text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  known   recall.relation;
  present oid[];
  leaf    oid;
BEGIN
  SELECT r.* INTO known FROM recall.relation AS r WHERE r.id = $1;
  IF (SELECT c.relkind <> 'p' FROM pg_class AS c WHERE c.oid = known.oid) IS NOT FALSE THEN
    RETURN;
  END IF;
  present := ARRAY(SELECT t.relid::oid FROM pg_partition_tree(known.oid) AS t WHERE t.isleaf AND t.relid <> known.oid);
  IF known.leaves IS NULL OR (known.leaves <@ present AND present <@ known.leaves) THEN
    RETURN;
  END IF;
  -- First, because what follows calls this function again.
  UPDATE recall.relation AS r SET leaves = present WHERE r.id = $1;
  IF NOT known.leaves <@ present
    OR EXISTS (
      SELECT
      FROM unnest(present) AS came (oid)
      WHERE command NOT LIKE 'CREATE %' AND came.oid <> ALL (known.leaves) AND pg_relation_size(came.oid) > 0
    )
  THEN
    PERFORM recall._note_gap($1, 'partitions changed', recall._begin_transaction());
  END IF;
  FOREACH leaf IN ARRAY known.leaves LOOP
    CONTINUE WHEN leaf = ANY (present) OR NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = leaf);
    BEGIN
      EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', format('!recall_%s_truncate', relation), leaf::regclass);
    EXCEPTION WHEN OTHERS THEN
      -- It does nothing any more.
      NULL;
    END;
  END LOOP;
  FOREACH leaf IN ARRAY present LOOP
    CONTINUE WHEN leaf = ANY (known.leaves);
    BEGIN
      PERFORM recall._hang_new($1, leaf, true);
    EXCEPTION WHEN OTHERS THEN
      -- What is missing then is found by whoever looks at the triggers next.
      NULL;
    END;
  END LOOP;
END
$function$;

COMMENT ON FUNCTION recall._note_partitions(integer, text) IS 'Internal: looks after the partitions of a tracked table.';
REVOKE ALL ON FUNCTION recall._note_partitions(integer, text) FROM PUBLIC;
