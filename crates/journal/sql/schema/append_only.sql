-- The tables that are only ever added to. Row triggers, because partitions inherit those, the
-- future ones too. Inserts pay nothing: no trigger fires for them. The functions of
-- retention set recall.removal while they work; anybody may set it, but only the owner has the right
-- to remove anything.
DO $block$
DECLARE
  guarded  record;
  -- A gap may be closed, and one that was found later may be prolonged; never more than that.
  closing  CONSTANT text := $when$
    (NEW.id, NEW.reason, NEW.from_tx, NEW.from_at) IS DISTINCT FROM (OLD.id, OLD.reason, OLD.from_tx, OLD.from_at)
    OR (NEW.relation, NEW.detail) IS DISTINCT FROM (OLD.relation, OLD.detail)
    OR NEW.until_tx IS NULL
    OR NEW.until_tx < OLD.until_tx
    OR (OLD.until_tx IS NOT NULL AND OLD.reason NOT IN ('bypassed', 'partitions changed', 'recorded above'))
  $when$;
  -- An operation may be completed, once.
  completing CONSTANT text := $when$
    (NEW.id, NEW.name, NEW.type, NEW.tx, NEW.database_user, NEW.started_at)
      IS DISTINCT FROM (OLD.id, OLD.name, OLD.type, OLD.tx, OLD.database_user, OLD.started_at)
    OR NEW.completed_at IS NULL
    OR OLD.completed_at IS NOT NULL
  $when$;
  -- A tick may be found to hold longer.
  prolonging CONSTANT text := $when$
    (NEW.id, NEW.at, NEW.upper, NEW.open, NEW.incarnation, NEW.on_time, NEW.turned_back, NEW.settled)
      IS DISTINCT FROM (OLD.id, OLD.at, OLD.upper, OLD.open, OLD.incarnation, OLD.on_time, OLD.turned_back, OLD.settled)
    OR NEW.valid_until < OLD.valid_until
  $when$;
  removal CONSTANT text := $when$pg_catalog.current_setting('recall.removal', true) IS DISTINCT FROM 'on'$when$;
BEGIN
  FOR guarded IN
    SELECT pg_catalog.format('recall.%I', w.name) AS relation, w.*
    FROM (
      VALUES
        ('change', 'true'), ('transaction', 'true'), ('undo', 'true'), ('incarnation', 'true'),
        ('event', 'true'), ('refusal', 'true'), ('schema_change', 'true'), ('retention', 'true'),
        ('gap', closing), ('operation', completing), ('relation', 'false'),
        ('tick', prolonging), ('commit', 'true'), ('form', 'true'), ('shape', 'true')
    ) AS w (name, updates)
    WHERE pg_catalog.to_regclass(pg_catalog.format('recall.%I', w.name)) IS NOT NULL
      AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_trigger AS t
        WHERE t.tgrelid = pg_catalog.to_regclass(pg_catalog.format('recall.%I', w.name))
          AND t.tgname = 'append_only_delete'
      )
  LOOP
    EXECUTE pg_catalog.format(
      'CREATE TRIGGER append_only_delete BEFORE DELETE ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION recall._refuse_change()',
      guarded.relation, removal
    );
    EXECUTE pg_catalog.format(
      'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT WHEN (%s) EXECUTE FUNCTION recall._refuse_change()',
      guarded.relation, removal
    );
    CONTINUE WHEN guarded.updates = 'false';
    EXECUTE pg_catalog.format(
      'CREATE TRIGGER append_only_update BEFORE UPDATE ON %s FOR EACH ROW WHEN (%s AND (%s)) EXECUTE FUNCTION recall._refuse_change()',
      guarded.relation, removal, guarded.updates
    );
  END LOOP;
END
$block$;

SELECT recall._close_partition(i.inhrelid::regclass)
FROM pg_catalog.pg_inherits AS i
WHERE i.inhparent = 'recall.change'::regclass;
