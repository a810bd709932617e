-- Whether the connected user may take changes back.
SELECT pg_catalog.has_function_privilege(
  'recall._record_undo(bigint[], int8range[], text, jsonb, bigint, boolean)', 'EXECUTE'
) AS permitted
