DO $block$
BEGIN
  -- The journal knows this as an undo, if whoever runs it may say so.
  IF pg_catalog.has_function_privilege(
    'recall._record_undo(bigint[], int8range[], text, jsonb, bigint, boolean)', 'EXECUTE'
  ) THEN
    PERFORM recall._record_undo({reverses}::bigint[], {changes}::int8range[], {hash}, {selection}::jsonb);
  END IF;
END
$block$;
COMMIT;
