-- Decides before a statement how the rows that it changes are recorded: all at its end only if the client
-- sent it itself, so that it is run to its end, if it writes to no other table, and if its snapshot shows the
-- table as it is.
--
-- What another trigger runs goes by row and leaves alone what is under way.
CREATE OR REPLACE FUNCTION recall.{function}()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS ${tag}$
DECLARE
  context text;
BEGIN
  IF pg_trigger_depth() > 1 THEN
    -- What a foreign key changes along is recorded outside of that trigger, and asks what is under way.
    PERFORM recall._statement({statement});
    RETURN NULL;
  END IF;
  -- A line for each call that led here, the first for this function.
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM recall._begin_statement(
    {statement},
    CASE TG_OP WHEN 'INSERT' THEN 1 WHEN 'UPDATE' THEN 2 ELSE 3 END,
    strpos(context, chr(10)) = 0
      AND recall._does_one_thing(current_query())
      AND current_setting('transaction_isolation') LIKE 'read %'
      AND recall._may_be_at_once({relation}, {table_oid}::oid)
      AND NOT recall._is_altered({table_oid}::oid, {fingerprint})
  );
  RETURN NULL;
END
${tag}$;
