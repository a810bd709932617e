-- Writes recall._context(), and recall._found_context() for what it finds beside recall.context,
-- with the rows of recall.context_source in them: reading that table in every transaction would
-- cost each of them, and make serializable ones depend on it.
CREATE OR REPLACE FUNCTION recall._write_context()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $generator$
DECLARE
  settings text;
  comments boolean;
  steps    text;
BEGIN
  SELECT
    string_agg(DISTINCT format('current_setting(%L, true)', s.source), ', ') FILTER (WHERE s.source <> 'comment'),
    coalesce(bool_or(s.source = 'comment'), false)
  INTO settings, comments
  FROM recall.context_source AS s;

  WITH field AS (
    SELECT c.position, c.source, c.name = '' AS whole, c.key,
      CASE
        WHEN c.name = '' THEN 'content'
        WHEN c.source = 'comment' THEN format(
          'nullif(CASE WHEN position(''%%'' IN document ->> %1$L) > 0 '
          'THEN recall._url_decoded(document ->> %1$L) ELSE document ->> %1$L END, '''')',
          c.name
        )
        ELSE format('recall._scalar(document, %L, %L)', c.name, string_to_array(c.name, '.'))
      END AS value
    FROM recall.context_source AS c
  ),
  pair AS (
    SELECT f.source, f.whole, f.key, min(f.position) AS position,
      format(
        'coalesce(%s)',
        string_agg(
          CASE f.key
            WHEN 'ip' THEN format('recall._address(%s)', f.value)
            WHEN 'actor' THEN format('left(%s, 500)', f.value)
            ELSE format('left(%s, 2000)', f.value)
          END,
          ', ' ORDER BY f.position, f.value
        )
      ) AS value
    FROM field AS f
    GROUP BY f.source, f.whole, f.key
    UNION ALL
    -- What should be an address and is none is kept beside it.
    SELECT f.source, f.whole, 'unreadable_ip', min(f.position),
      format(
        'coalesce(%s)',
        string_agg(
          format('CASE WHEN recall._address(%1$s) IS NULL THEN left(%1$s, 200) END', f.value),
          ', ' ORDER BY f.position, f.value
        )
      )
    FROM field AS f
    WHERE f.key = 'ip'
    GROUP BY f.source, f.whole
  ),
  step AS (
    SELECT p.source, p.whole, min(p.position) AS position,
      string_agg(quote_literal(p.key), ', ' ORDER BY p.position, p.key) AS keys,
      string_agg(p.value, ', ' ORDER BY p.position, p.key) AS values
    FROM pair AS p
    GROUP BY p.source, p.whole
  )
  SELECT coalesce(string_agg(
    CASE
      WHEN s.source = 'comment' THEN 'document := recall._statement_comment(query); IF document IS NOT NULL'
      WHEN s.whole THEN
        format('content := nullif(current_setting(%L, true), ''''); IF content IS NOT NULL', s.source)
      ELSE format('document := recall._source(%L); IF document IS NOT NULL', s.source)
    END
    -- What this source says goes behind what is there.
    || format(
      E' THEN context := jsonb_strip_nulls(jsonb_object(ARRAY[%s], ARRAY[%s])) || context; END IF;\n',
      s.keys, s.values
    ),
    '' ORDER BY s.position, s.source, s.whole
  ), '')
  INTO steps
  FROM step AS s;

  -- The bodies are quoted as literals: names in them may hold anything.
  EXECUTE format(
    'CREATE OR REPLACE FUNCTION recall._found_context(given jsonb, query text) RETURNS jsonb '
    'LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS %L',
    format(
      $body$
        DECLARE
          context  jsonb := given;
          content  text;
          document jsonb;
        BEGIN
          %s
          RETURN context;
        END
      $body$,
      steps
    )
  );
  EXECUTE format(
    'CREATE OR REPLACE FUNCTION recall._context() RETURNS jsonb '
    'LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS %L',
    format(
      $body$
        DECLARE
          query   CONSTANT text := current_query();
          context jsonb := '{}';
        BEGIN
          IF current_setting('recall.context', true) <> '' THEN
            context := recall._given_context();
          END IF;
          IF current_setting('recall.operation', true) <> '' THEN
            context := jsonb_build_object('operation', current_setting('recall.operation', true)) || context;
          END IF;
          IF concat(%s) <> '' OR %s THEN
            context := recall._found_context(context, query);
          END IF;
          RETURN context;
        END
      $body$,
      coalesce(settings, ''''''),
      CASE WHEN comments THEN 'position(''/*'' IN query) > 0' ELSE 'false' END
    )
  );
  -- Asked at changes, so they must cost next to nothing: no search_path is pinned, so that they can be
  -- inlined; every name in them is qualified. `greatest` passes over settings that are not there, and
  -- takes less to prepare than `concat`.
  settings := concat_ws(
    ', ',
    'pg_catalog.current_setting(''recall.context'', true) COLLATE pg_catalog."C"',
    'pg_catalog.current_setting(''recall.operation'', true)',
    replace(settings, 'current_setting(', 'pg_catalog.current_setting(')
  );
  EXECUTE format(
    'CREATE OR REPLACE FUNCTION recall._has_context() RETURNS boolean LANGUAGE sql AS %L',
    format(
      'SELECT greatest(%s) OPERATOR(pg_catalog.<>) '''' OR %s',
      settings,
      CASE
        WHEN comments THEN
          -- A long statement is looked at once: even to ask for its text copies it.
          'CASE'
          ' WHEN pg_catalog.current_setting(''recall.no_comment'', true)'
          ' OPERATOR(pg_catalog.=) pg_catalog.statement_timestamp()::pg_catalog.text THEN false'
          ' WHEN pg_catalog.octet_length(pg_catalog.current_query()) OPERATOR(pg_catalog.>) 1000'
          ' THEN recall._search_comment()'
          ' ELSE pg_catalog.strpos(pg_catalog.current_query(), ''/*'') OPERATOR(pg_catalog.>) 0 END'
        ELSE 'false'
      END
    )
  );
  -- Much the same, asked with as few functions as can be, because a transaction prepares each of them anew:
  -- a text that is long, or holds a comment, is long when `/*` is replaced by something long. After a
  -- long statement its text is not even asked for, and nothing else after what was said was written down.
  EXECUTE format(
    'CREATE OR REPLACE FUNCTION recall._may_have_context() RETURNS boolean LANGUAGE sql AS %L',
    format(
      'SELECT pg_catalog.current_setting(''recall.transaction'', true) OPERATOR(pg_catalog.<>) '''''
      ' OR greatest(%s%s) OPERATOR(pg_catalog.<>) ''''%s',
      settings,
      CASE WHEN comments THEN ', pg_catalog.current_setting(''recall.no_comment'', true)' END,
      CASE
        WHEN comments THEN
          ' OR pg_catalog.octet_length('
          'pg_catalog.replace(pg_catalog.current_query(), ''/*'', pg_catalog.repeat(''*'', 1001))'
          ') OPERATOR(pg_catalog.>) 1000'
      END
    )
  );
END
$generator$;

COMMENT ON FUNCTION recall._write_context() IS
  'Internal: writes recall._context() with the rows of recall.context_source in it.';
REVOKE ALL ON FUNCTION recall._write_context() FROM PUBLIC;

CREATE OR REPLACE FUNCTION recall._context_source_changed()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  PERFORM recall._write_context();
  RETURN NULL;
END
$function$;

COMMENT ON FUNCTION recall._context_source_changed() IS
  'Internal: makes a change of recall.context_source take effect.';
REVOKE ALL ON FUNCTION recall._context_source_changed() FROM PUBLIC;

DROP TRIGGER IF EXISTS context_source_changed ON recall.context_source;
CREATE TRIGGER context_source_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON recall.context_source
  FOR EACH STATEMENT EXECUTE FUNCTION recall._context_source_changed();

SELECT recall._write_context();

COMMENT ON FUNCTION recall._context() IS
  'Internal: the context of the current transaction as one object. Written by recall._write_context().';
COMMENT ON FUNCTION recall._has_context() IS
  'Internal: whether anything is said about the current transaction. Written by recall._write_context().';
COMMENT ON FUNCTION recall._may_have_context() IS
  'Internal: whether there may be a context; true wherever recall._has_context() is. Written by recall._write_context().';
COMMENT ON FUNCTION recall._found_context(jsonb, text) IS
  'Internal: the context with what claims, headers, settings and comments say. Written by recall._write_context().';
