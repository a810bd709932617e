-- Tracks a table that fits a pattern, in the transaction that makes it: from its first row on nothing
-- is missing. Where the owner of the journal may not hang triggers on it, a gap begins.
CREATE OR REPLACE FUNCTION recall._track_new(table_oid oid, command text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  pattern recall.pattern;
  own     bigint;
  number  integer;
BEGIN
  pattern := recall._pattern_for(table_oid);
  IF pattern.tracked IS NOT TRUE THEN
    RETURN;
  END IF;
  own := recall._begin_transaction();
  INSERT INTO recall.relation (
    oid, schema_name, table_name, key_columns, excluded_columns, hashed_columns, tracked,
    since_tx, since_at, since_change, seen, leaves
  )
  SELECT
    c.oid, n.nspname, c.relname, k.columns,
    ARRAY(
      SELECT unnest(recall._pattern_columns(pattern.options, 'excluded', c.oid))
      UNION
      -- No row holds these.
      SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attgenerated = 'v'
      EXCEPT
      SELECT unnest(k.columns)
    ),
    ARRAY(SELECT unnest(recall._pattern_columns(pattern.options, 'hashed', c.oid)) EXCEPT SELECT unnest(k.columns)),
    true, own, clock_timestamp(), nextval('recall.change_id'), recall._seen(c.oid),
    CASE c.relkind WHEN 'r' THEN ARRAY[c.oid] ELSE '{}' END
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (SELECT recall._key_of(c.oid) AS columns) AS k
  WHERE c.oid = table_oid
  RETURNING id INTO number;
  INSERT INTO recall.schema_change (at, tx, relation, command, table_name, details, database_user, database_role)
  SELECT
    clock_timestamp(), own, number, $2, r.seen ->> 'name', '{"created": true}', session_user,
    nullif(current_setting('role'), 'none')
  FROM recall.relation AS r
  WHERE r.id = number;
  PERFORM recall._note_form(number, true);
  BEGIN
    PERFORM recall._hang_new(number, table_oid, false);
    -- Who pauses everything means what comes, too.
    IF EXISTS (SELECT FROM recall.paused)
      AND NOT EXISTS (
        SELECT
        FROM recall.relation AS r
        WHERE r.tracked AND r.id <> number AND NOT EXISTS (SELECT FROM recall.paused AS p WHERE p.relation = r.id)
      )
    THEN
      PERFORM recall._pause(ARRAY[number], 'all tables are paused');
    END IF;
  EXCEPTION WHEN OTHERS THEN
    UPDATE recall.relation AS r SET tracked = false WHERE r.id = number;
    INSERT INTO recall.gap (relation, reason, from_tx, from_at) VALUES (number, 'untracked', own, clock_timestamp());
  END;
END
$function$;

COMMENT ON FUNCTION recall._track_new(oid, text) IS 'Internal: tracks a table that fits a pattern as it is made.';
REVOKE ALL ON FUNCTION recall._track_new(oid, text) FROM PUBLIC;
