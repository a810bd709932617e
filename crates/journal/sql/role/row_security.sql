-- Every table of the journal is closed but to its owner, and read as a whole by auditors and
-- administrators. Found in the catalogue, so that a table that is added later is no exception.
-- `approval` holds numbers that are as good as the approvals themselves. The copies of checkpoints are closed by
-- rights alone: see recall._close_checkpoint().
DO $block$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT c.oid::regclass AS relation, c.relrowsecurity AS closed, c.relname
    FROM pg_catalog.pg_class AS c
    WHERE c.relnamespace = 'recall'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname !~ '^checkpoint_[0-9]+$'
    ORDER BY c.relname
  LOOP
    IF NOT found.closed THEN
      EXECUTE pg_catalog.format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', found.relation);
    END IF;
    IF found.relname <> 'approval'
      AND pg_catalog.to_regrole('recall_auditor') IS NOT NULL
      AND pg_catalog.to_regrole('recall_admin') IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_policy AS p WHERE p.polrelid = found.relation AND p.polname = 'everything'
      )
    THEN
      EXECUTE pg_catalog.format(
        'CREATE POLICY everything ON %s FOR SELECT TO recall_admin, recall_auditor USING (true)', found.relation
      );
    END IF;
  END LOOP;
END
$block$
