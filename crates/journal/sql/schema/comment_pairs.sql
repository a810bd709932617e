-- Whether the last comment of a statement, which holds so many characters, stands in a line comment
-- (`-- …`). Where that is not certain, it does.
CREATE OR REPLACE FUNCTION recall._ends_in_line_comment(query text, length integer)
RETURNS boolean
LANGUAGE plpgsql
STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  line   CONSTANT text := '[^\n\r]*$';
  whole  CONSTANT text := rtrim(query, E' \t\r\n;');
  before CONSTANT text := left(whole, length(whole) - length - 4);
  -- Strings are taken out, line comments stay.
  quoted CONSTANT text := CASE current_setting('standard_conforming_strings')
    WHEN 'on' THEN '[eE]''(?:[^''\\]|\\.)*''|''[^'']*''|"[^"]*"|(--[^\n\r]*)'
    ELSE '''(?:[^''\\]|\\.)*''|"[^"]*"|(--[^\n\r]*)'
  END;
BEGIN
  IF position('--' IN before) = 0 OR position('--' IN substring(before FROM line)) = 0 THEN
    RETURN false;
  END IF;
  RETURN length(before) > 100000
    OR before ~ '\$[A-Za-z_0-9]*\$'
    OR position('--' IN substring(regexp_replace(before, quoted, '\1', 'g') FROM line)) > 0;
END
$function$;

COMMENT ON FUNCTION recall._ends_in_line_comment(text, integer) IS
  'Internal: whether the comment at the end of a statement stands in a line comment.';

-- The pairs within a comment; null if it holds anything else.
CREATE OR REPLACE FUNCTION recall._comment_pairs(inside text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  keys     text[] := '{}';
  given    text[] := '{}';
  piece    text;
  equals   integer;
  key      text;
  content  text;
BEGIN
  IF position('/*' IN inside) > 0 OR position('*/' IN inside) > 0 THEN
    RETURN NULL;
  END IF;
  -- An encoded value holds no comma, and its quotes are escaped.
  FOREACH piece IN ARRAY string_to_array(rtrim(inside, E', \t\r\n') || ',', ''',') LOOP
    CONTINUE WHEN piece = '';
    equals := position('=''' IN piece);
    key := btrim(left(piece, equals - 1), E' \t\r\n');
    content := substr(piece, equals + 2);
    IF equals = 0 OR key = '' OR length(key) > 200 OR position('''' IN key) > 0
      OR position('''' IN replace(content, '\''', '')) > 0
    THEN
      RETURN NULL;
    END IF;
    keys := keys || key;
    given := given || replace(content, '\''', '''');
  END LOOP;
  RETURN jsonb_object(keys, given);
END
$function$;

COMMENT ON FUNCTION recall._comment_pairs(text) IS
  'Internal: the pairs within a sqlcommenter comment, values still encoded; null if it holds anything else.';
