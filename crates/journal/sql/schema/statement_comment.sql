-- The pairs of a sqlcommenter comment, `/*key='value',key='value'*/`, as one object, their values
-- still encoded; null without one. Only a comment at the very end or the very beginning of the
-- statement counts: anything else may be data within a string.
--
-- That the text ends with `*/` makes the last `/*` the beginning of a comment, unless it stands in
-- a line comment: within a block comment it would need a second `*/`, and a string would end with
-- a quote. See https://google.github.io/sqlcommenter/spec/ for the format.
CREATE OR REPLACE FUNCTION recall._statement_comment(query text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  longest  CONSTANT integer := 8000;
  -- Mirrored, so that the last `/*` is the first `*/`.
  mirrored CONSTANT text := ltrim(reverse(right(query, longest)), E' \t\r\n;');
  head     CONSTANT text := ltrim(left(query, longest), E' \t\r\n');
  length   integer;
  pairs    jsonb;
BEGIN
  IF left(mirrored, 2) = '/*' THEN
    length := position('*/' IN substr(mirrored, 3)) - 1;
    IF length > 0 AND NOT recall._ends_in_line_comment(query, length) THEN
      pairs := recall._comment_pairs(reverse(substr(mirrored, 3, length)));
    END IF;
  END IF;
  IF left(head, 2) = '/*' THEN
    length := position('*/' IN substr(head, 3)) - 1;
    IF length > 0 THEN
      pairs := coalesce(recall._comment_pairs(substr(head, 3, length)), '{}') || coalesce(pairs, '{}');
    END IF;
  END IF;
  RETURN nullif(pairs, '{}');
END
$function$;

COMMENT ON FUNCTION recall._statement_comment(text) IS
  'Internal: the pairs of the sqlcommenter comment at the end or the beginning of a statement.';

-- Whether the text of the statement holds the beginning of a comment. That it does not is noted: a
-- statement of a megabyte that writes 20,000 rows would otherwise be copied and searched 20,000 times.
CREATE OR REPLACE FUNCTION recall._search_comment()
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF position('/*' IN current_query()) > 0 THEN
    RETURN true;
  END IF;
  PERFORM set_config('recall.no_comment', statement_timestamp()::text, true);
  RETURN false;
END
$function$;

COMMENT ON FUNCTION recall._search_comment() IS
  'Internal: whether the text of the statement holds the beginning of a comment.';
REVOKE ALL ON FUNCTION recall._search_comment() FROM PUBLIC;

-- recall._has_context() of earlier versions asked it.
DROP FUNCTION IF EXISTS recall._has_comment();
