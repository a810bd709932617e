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
