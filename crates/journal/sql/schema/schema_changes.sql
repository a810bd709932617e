-- What became of tracked tables, with who and why.
CREATE OR REPLACE VIEW recall.schema_changes AS
SELECT
  s.id, s.at, s.tx, s.table_name, s.command, s.details,
  t.actor, t.reason, s.database_user, s.database_role
FROM recall.schema_change AS s
LEFT JOIN recall.transaction AS t ON t.id = s.tx;

COMMENT ON VIEW recall.schema_changes IS 'What became of the columns, names, keys and partitions of tracked tables.';
COMMENT ON COLUMN recall.schema_changes.command IS 'The kind of command; null where it was noticed later.';
