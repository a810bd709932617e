-- The refusals that are in the ring, see refuse.sql. What is just being written is left out.
CREATE OR REPLACE FUNCTION recall._recent_refusals()
RETURNS TABLE (id bigint, at timestamptz, guard text, op text, relation integer, role oid, detail text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  latest bigint;
  part   bigint[];
  bytes  bytea;
BEGIN
  IF to_regclass('recall.refusal_number') IS NULL THEN
    RETURN;
  END IF;
  latest := pg_sequence_last_value('recall.refusal_number');
  FOR slot IN 0 .. 15 LOOP
    part := ARRAY(
      SELECT pg_sequence_last_value(format('recall.refusal_%s_%s', slot, n)::regclass)
      FROM generate_series(1, 5) AS n
      ORDER BY n
    );
    CONTINUE WHEN latest IS NULL OR array_position(part, NULL) IS NOT NULL;
    -- The latest refusal of this slot, or the one before, if that one is just being written.
    id := latest - (latest - slot + 16) % 16;
    id := CASE WHEN id & 127 = part[1] & 127 THEN id ELSE id - 16 END;
    CONTINUE WHEN id < 1 OR EXISTS (SELECT FROM unnest(part) AS p WHERE p & 127 <> id & 127);
    at := '2020-01-01 00:00:00+00'::timestamptz + make_interval(secs => (part[1] >> 13) / 1000.0);
    guard := (ARRAY['address', 'changes', 'protection', 'drop'])[part[1] >> 10 & 7];
    op := (ARRAY['insert', 'update', 'delete', 'truncate', 'drop'])[part[1] >> 7 & 7];
    relation := nullif(part[2] >> 7 & 1048575, 0);
    role := (part[2] >> 27)::oid;
    bytes := decode(
      (SELECT string_agg(lpad(to_hex(p.value >> 7), 14, '0'), '' ORDER BY p.n)
       FROM unnest(part[3:5]) WITH ORDINALITY AS p (value, n)),
      'hex'
    );
    detail := recall._text_of(bytes);
    RETURN NEXT;
  END LOOP;
END
$function$;

COMMENT ON FUNCTION recall._recent_refusals() IS 'Internal: the refusals that were not collected yet, and some that were.';
REVOKE ALL ON FUNCTION recall._recent_refusals() FROM PUBLIC;

-- The text that bytes of a fixed number hold; where it filled them, its last character may be cut.
CREATE OR REPLACE FUNCTION recall._text_of(bytes bytea)
RETURNS text
LANGUAGE plpgsql
STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  full_length CONSTANT integer := octet_length(bytes);
  given       bytea := btrim(bytes, '\x00'::bytea);
BEGIN
  FOR cut IN 0 .. 3 LOOP
    BEGIN
      RETURN nullif(
        convert_from(substr(given, 1, octet_length(given) - cut), 'UTF8')
          || CASE WHEN octet_length(given) = full_length THEN '…' ELSE '' END,
        ''
      );
    EXCEPTION WHEN OTHERS THEN
      NULL;
    END;
  END LOOP;
  RETURN NULL;
END
$function$;

-- Takes what guards refused out of the ring into the table. It may run at any time, and twice.
CREATE OR REPLACE FUNCTION recall._collect_refusals()
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  collected bigint;
BEGIN
  INSERT INTO recall.refusal (id, at, guard, op, relation, database_user, detail)
  SELECT r.id, r.at, r.guard, r.op, r.relation, a.rolname, r.detail
  FROM recall._recent_refusals() AS r
  LEFT JOIN pg_roles AS a ON a.oid = r.role
  ON CONFLICT (id) DO NOTHING;
  GET DIAGNOSTICS collected = ROW_COUNT;
  RETURN collected;
END
$function$;

COMMENT ON FUNCTION recall._text_of(bytea) IS 'Internal: the text that bytes of a fixed number hold.';
REVOKE ALL ON FUNCTION recall._text_of(bytea) FROM PUBLIC;
COMMENT ON FUNCTION recall._collect_refusals() IS
  'Internal: writes what guards refused into recall.refusal; returns how many were new.';
REVOKE ALL ON FUNCTION recall._collect_refusals() FROM PUBLIC;

CREATE OR REPLACE VIEW recall.refusals AS
SELECT f.id, f.at, f.guard, f.op, r.qualified_name AS table_name, f.database_user, f.detail
FROM (
  SELECT c.id, c.at, c.guard, c.op, c.relation, c.database_user, c.detail FROM recall.refusal AS c
  UNION ALL
  SELECT n.id, n.at, n.guard, n.op, n.relation, a.rolname, n.detail
  FROM recall._recent_refusals() AS n
  LEFT JOIN pg_catalog.pg_roles AS a ON a.oid = n.role
  WHERE NOT EXISTS (SELECT FROM recall.refusal AS c WHERE c.id = n.id)
) AS f
LEFT JOIN recall.tracked AS r ON r.id = f.relation;

COMMENT ON VIEW recall.refusals IS 'What guards refused: when, which guard, which table, who.';
COMMENT ON COLUMN recall.refusals.guard IS 'address, changes, protection or drop.';
COMMENT ON COLUMN recall.refusals.detail IS
  'The beginning of the actor, or of the address for the guard address; it ends with … where it was longer.';
