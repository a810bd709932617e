-- Everything that pgRecall keeps in a database lives in this one schema, so that it can be
-- granted, dumped, inspected and removed as a whole.
CREATE SCHEMA IF NOT EXISTS recall;

COMMENT ON SCHEMA recall IS
  'pgRecall: the journal of row changes. Read recall.log and recall.stats; remove with `pgrecall uninstall`.';

-- Applications call recall.set_context(). The tables below stay closed.
GRANT USAGE ON SCHEMA recall TO PUBLIC;
