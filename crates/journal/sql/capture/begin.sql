-- Decides before a statement how the rows that it changes are recorded: all at its end only if the client
-- sent it itself, so that it is run to its end, if it writes to no other table, and if its snapshot shows the
-- table as it is.
--
-- What another trigger runs goes by row and leaves alone what is under way.
--
-- Rows that a WITH writes to another table fire that table's triggers before the end of this one's statement,
-- and what those change here would be recorded before what they found. A WITH that writes stands at the
-- beginning of what the client sent, or in the parentheses of COPY; what EXECUTE runs is not in the text. So one
-- statement that begins otherwise writes to this table only; of several, or in doubt, the words must not occur.
CREATE OR REPLACE FUNCTION recall.{function}()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS ${tag}$
DECLARE
  query   CONSTANT text := current_query();
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
      -- E, because this is read under the settings of whoever writes.
      AND (
        left(query, 2000) ~* E'^(\\s|/\\*[^*/]*\\*/)*((insert|update|delete|merge)\\M|copy\\s+["\\w])'
          AND strpos(rtrim(query, E'; \n\r\t'), ';') = 0
        OR query !~* E'\\m(with|execute)\\M'
      )
      AND current_setting('transaction_isolation') LIKE 'read %'
      AND recall._may_be_at_once({relation}, {table_oid}::oid)
      AND NOT recall._is_altered({table_oid}::oid, {fingerprint})
  );
  RETURN NULL;
END
${tag}$;
