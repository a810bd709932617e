-- Records a table that was tracked by an event trigger in the moment it was made, until `pgrecall
-- reconcile` writes functions for its columns. Images name their columns themselves, as those of an
-- altered table do: slower, and right for whatever the table is.
--
-- What is known of the table is given by its triggers: number, key, recorded columns, hashed columns,
-- and whether there are hidden ones.
CREATE OR REPLACE FUNCTION recall._capture_new()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET row_security = on
AS $function$
<<this>>
DECLARE
  relation CONSTANT integer := TG_ARGV[0];
  key      CONSTANT text[]  := TG_ARGV[1];
  recorded CONSTANT text[]  := TG_ARGV[2];
  hashed   CONSTANT text[]  := TG_ARGV[3];
  hides    CONSTANT boolean := TG_ARGV[4];
  own      bigint;
BEGIN
  IF EXISTS (SELECT FROM recall.paused AS p WHERE p.relation = this.relation) THEN
    RETURN NULL;
  END IF;
  IF pg_partition_root(TG_RELID) IS NOT NULL AND recall._is_recorded_above(TG_RELID, relation) THEN
    RETURN NULL;
  END IF;
  own := recall._tx();
  IF coalesce(current_setting('recall.transaction', true), '') <> own::text AND recall._has_context() THEN
    own := recall._begin_transaction();
  END IF;
  CASE TG_OP
    WHEN 'INSERT' THEN
      PERFORM recall._record(relation, 'I', own, NULL, recall._pinned_image(NEW), key, recorded, hashed, hides);
    WHEN 'UPDATE' THEN
      IF NOT OLD *= NEW THEN
        PERFORM recall._record(
          relation, 'U', own, recall._pinned_image(OLD), recall._pinned_image(NEW), key, recorded, hashed, hides
        );
      END IF;
    WHEN 'DELETE' THEN
      PERFORM recall._record(relation, 'D', own, recall._pinned_image(OLD), NULL, key, recorded, hashed, hides);
    ELSE
      IF NOT recall._is_truncated_here(TG_RELID, TG_NAME) THEN
        RETURN NULL;
      END IF;
      IF NOT recall._is_readable(TG_RELID) THEN
        PERFORM recall._note_failure(relation, '42501');
        RETURN NULL;
      END IF;
      IF row_security_active(TG_RELID) THEN
        PERFORM recall._note_gap(relation, 'row security', own);
      END IF;
      IF current_setting('transaction_isolation') NOT LIKE 'read %' THEN
        PERFORM recall._note_gap(relation, 'older snapshot', own);
      END IF;
      EXECUTE concat(
        'SELECT recall._record($1, ''T'', $2, recall._pinned_image(r.*), NULL, $3, $4, $5, $6) FROM ONLY ',
        TG_RELID::regclass, ' AS r'
      )
      USING relation, own, key, recorded, hashed, hides;
  END CASE;
  RETURN NULL;
END
$function$;

COMMENT ON FUNCTION recall._capture_new() IS
  'Internal: records a new table until functions are written for its columns.';
REVOKE ALL ON FUNCTION recall._capture_new() FROM PUBLIC;
