-- The condition of a trigger as the server prints it, and what stands against using it in a capture
-- function, which runs with the journal's rights: it may call nothing that could run somebody else's
-- code. So only what is PostgreSQL's own and has no effects is allowed: immutable functions and
-- operators, and stable ones of text and times. What is not known to be harmless is refused.
--
-- pg_depend does not tell what a condition uses of pg_catalog, so it is taken from the stored
-- expression. Types matter because their input may check a domain, which may call anything.
CREATE OR REPLACE FUNCTION recall._checked_condition(
  relation oid, trigger name, hidden text[], OUT text text, OUT refusal text
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
AS $function$
DECLARE
  harmless CONSTANT text[] := ARRAY[
    'VAR', 'CONST', 'FUNCEXPR', 'OPEXPR', 'DISTINCTEXPR', 'NULLIFEXPR', 'SCALARARRAYOPEXPR', 'BOOLEXPR', 'NULLTEST',
    'BOOLEANTEST', 'RELABELTYPE', 'COERCEVIAIO', 'ARRAYCOERCEEXPR', 'CASETESTEXPR', 'SUBSCRIPTINGREF', 'FIELDSELECT',
    'SQLVALUEFUNCTION', 'COLLATE', 'CASE', 'WHEN', 'COALESCE', 'MINMAX', 'ARRAY', 'ROW',
    -- The same in PostgreSQL 16 and later.
    'COLLATEEXPR', 'CASEEXPR', 'CASEWHEN', 'COALESCEEXPR', 'MINMAXEXPR', 'ARRAYEXPR', 'ROWEXPR'
  ];
  simple   CONSTANT regtype[] := ARRAY[
    'text', 'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval'
  ]::regtype[];
  head     CONSTANT text := format('CREATE TRIGGER %I AFTER UPDATE ON %s FOR EACH ROW WHEN (', trigger, relation::regclass);
  tail     CONSTANT text := ') EXECUTE FUNCTION recall._refuse_change()';
  tree     text;
  whole    text;
BEGIN
  SELECT pg_get_triggerdef(t.oid), t.tgqual INTO whole, tree
  FROM pg_trigger AS t
  WHERE t.tgrelid = relation AND t.tgname = trigger AND NOT t.tgisinternal;
  IF NOT starts_with(whole, head) OR right(whole, length(tail)) <> tail THEN
    refusal := 'it is no condition';
    RETURN;
  END IF;
  text := substr(whole, length(head) + 1, length(whole) - length(head) - length(tail));
  SELECT r.refusal INTO refusal
  FROM (
    SELECT 1 AS place, format('%s is more than it may contain', lower(m.found[1])) AS refusal
    FROM regexp_matches(tree, '\{([A-Z_]+)', 'g') AS m (found)
    WHERE m.found[1] <> ALL (harmless)
    UNION ALL
    SELECT 2, CASE
      WHEN m.found[1]::integer < 0 THEN 'it names a column of the system'
      WHEN a.attname IS NULL THEN 'it names the whole row, of which columns are hidden'
      ELSE format('it names column %I, which is hidden', a.attname)
    END
    FROM regexp_matches(tree, '\{VAR :varno \d+ :varattno (-?\d+)', 'g') AS m (found)
    LEFT JOIN pg_attribute AS a ON a.attrelid = relation AND a.attnum = m.found[1]::integer AND a.attnum > 0
    WHERE m.found[1]::integer < 0
      OR (a.attname IS NULL AND hidden <> '{}')
      OR a.attname = ANY (hidden)
    UNION ALL
    SELECT 3, format('it uses %s', p.oid::regprocedure)
    FROM (
      SELECT m.found[1]::oid AS oid FROM regexp_matches(tree, ':funcid (\d+)', 'g') AS m (found)
      UNION ALL
      SELECT o.oprcode::oid
      FROM regexp_matches(tree, ':opno (\d+)', 'g') AS m (found)
      JOIN pg_operator AS o ON o.oid = m.found[1]::oid
    ) AS used
    JOIN pg_proc AS p ON p.oid = used.oid
    WHERE p.pronamespace <> 'pg_catalog'::regnamespace
      OR NOT (p.provolatile = 'i' OR (p.provolatile = 's' AND p.proargtypes::oid[] <@ simple::oid[]))
    UNION ALL
    SELECT 4, format('it uses type %s', t.oid::regtype)
    FROM regexp_matches(
      tree, ':(?:consttype|resulttype|funcresulttype|opresulttype|array_typeid|element_typeid|casetype|coalescetype|minmaxtype) (\d+)', 'g'
    ) AS m (found)
    JOIN pg_type AS t ON t.oid = m.found[1]::oid
    WHERE t.typnamespace <> 'pg_catalog'::regnamespace AND t.typtype <> 'e'
  ) AS r
  ORDER BY r.place
  LIMIT 1;
END
$function$;

COMMENT ON FUNCTION recall._checked_condition(oid, name, text[]) IS
  'Internal: the condition of a trigger, and what stands against using it in a capture function.';
REVOKE ALL ON FUNCTION recall._checked_condition(oid, name, text[]) FROM PUBLIC;
