-- Whether the connected user may read which changes were taken back.
SELECT pg_catalog.has_column_privilege('recall.undo', 'changes', 'SELECT') AS may_read
