-- What this session knows of the statement on a table that it is in, for tables that are recorded for
-- each statement: when the client sent it, times eight, and by how its rows are recorded: 1, 2 and 3 all
-- inserted, updated or deleted rows at its end, 4 each by itself, 0 where it is over.
--
-- It is the last value that the session gave to a sequence: nobody else can read or change that, and
-- whoever could make row triggers believe that a statement trigger follows could hide changes. The
-- setting of the same name only tells that there is such a value, because asking for one that is not
-- there fails; whoever forges it makes their own statements fail, or slower.
CREATE OR REPLACE FUNCTION recall._statement(name text)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  state bigint;
BEGIN
  BEGIN
    state := currval(name::regclass);
  EXCEPTION WHEN object_not_in_prerequisite_state THEN
    state := setval(name::regclass, 0);
  END;
  PERFORM set_config(name, 'on', false);
  RETURN state;
END
$function$;

COMMENT ON FUNCTION recall._statement(text) IS
  'Internal: how rows of the statement on a table that the session is in are recorded.';
REVOKE ALL ON FUNCTION recall._statement(text) FROM PUBLIC;

-- Decides how the rows of a statement are recorded that is about to change a table.
--
-- A statement can do several things to a table: by ON CONFLICT or MERGE, in WITH, or in functions that it
-- calls. Each of them comes by here before any row is recorded, because rows are recorded when the whole
-- statement is done. What comes second finds the first under way, and then all go by row, in the order in
-- which they were changed. That holds for the rest of what the client sent at once.
CREATE OR REPLACE FUNCTION recall._begin_statement(name text, operation integer, may_be_at_once boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  by_row  CONSTANT integer := 4;
  sent_at CONSTANT bigint  := date_part('epoch', statement_timestamp()) * 1000000;
  state   CONSTANT bigint  := recall._statement(name);
BEGIN
  PERFORM setval(name::regclass, (sent_at << 3) | CASE
    WHEN NOT may_be_at_once THEN by_row
    WHEN state >> 3 = sent_at AND state & 7 <> 0 THEN by_row
    ELSE operation
  END);
END
$function$;

COMMENT ON FUNCTION recall._begin_statement(text, integer, boolean) IS
  'Internal: decides how the rows of a statement are recorded.';
REVOKE ALL ON FUNCTION recall._begin_statement(text, integer, boolean) FROM PUBLIC;

-- Whether what the client sent can write to one table only, but for what triggers and foreign keys do then.
-- Rows that a WITH writes to another table fire that table's triggers before the end of this one's statement,
-- and what those change here would be recorded before what they found. Statements that write stand at the
-- beginning of a query or in a WITH there, and COPY may have a query in parentheses; what EXECUTE runs is not
-- in the text. In doubt it says no.
CREATE OR REPLACE FUNCTION recall._does_one_thing(query text)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT
    -- Most by far, and long ones. E, because this is read under the settings of whoever writes.
    left(query, 2000) ~* E'^(\\s|/\\*[^*/]*\\*/)*((insert|update|delete|merge)\\M|copy\\s+["\\w])'
      AND strpos(rtrim(query, E'; \n\r\t'), ';') = 0
    OR query !~* E'\\m(with|execute)\\M'
$function$;

COMMENT ON FUNCTION recall._does_one_thing(text) IS
  'Internal: whether a query can write to one table only, but for what triggers and foreign keys do then.';
REVOKE ALL ON FUNCTION recall._does_one_thing(text) FROM PUBLIC;
