-- Refuses a statement, and leaves a trace of it that the rollback does not take away: five numbers
-- in the next slot of the ring (see ring.sql), each with the last seven bits of the refusal's
-- number, by which a reader sees whether they belong together.
--
--   1       milliseconds since 2020 (41 bits), guard (3), operation (3), check (7)
--   2       role (32 bits), relation (20), check (7)
--   3 to 5  seven bytes of detail each (56 bits), check (7)
CREATE OR REPLACE FUNCTION recall._refuse(
  relation integer, guard text, op text, detail text, reason text, hint text
)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  guards CONSTANT text[] := ARRAY['address', 'changes', 'protection', 'drop'];
  ops    CONSTANT text[] := ARRAY['insert', 'update', 'delete', 'truncate', 'drop'];
  bytes  CONSTANT bytea := convert_to(coalesce(detail, ''), 'UTF8');
  role   bigint;
  number bigint;
  slot   text;
  mark   bigint;
  name   text;
BEGIN
  SELECT t.qualified_name INTO name FROM recall.tracked AS t WHERE t.id = relation;
  BEGIN
    role := (SELECT a.oid::bigint FROM pg_roles AS a WHERE a.rolname = session_user);
    number := nextval('recall.refusal_number');
    slot := 'recall.refusal_' || number % 16 || '_';
    mark := number & 127;
    PERFORM setval(
      slot || 1,
      (floor(extract(epoch FROM clock_timestamp() - '2020-01-01 00:00:00+00') * 1000)::bigint << 13)
        | (array_position(guards, guard)::bigint << 10) | (array_position(ops, op)::bigint << 7) | mark
    );
    PERFORM setval(
      slot || 2,
      (role << 27) | (CASE WHEN relation < 1048576 THEN relation ELSE 0 END::bigint << 7) | mark
    );
    PERFORM setval(
      slot || (p.part + 3),
      (('x' || rpad(encode(substr(bytes, p.part * 7 + 1, 7), 'hex'), 14, '0'))::bit(56)::bigint << 7) | mark
    )
    FROM generate_series(0, 2) AS p (part);
  EXCEPTION WHEN OTHERS THEN
    RAISE LOG 'pgRecall could not keep a trace of a refusal: %', SQLERRM;
  END;
  RAISE LOG 'pgRecall refused the % of % by database user %, %: %',
    op, CASE op WHEN 'drop' THEN name ELSE 'rows of ' || name END, session_user, coalesce(detail, 'without an actor'), reason;
  RAISE EXCEPTION '%', reason
    USING ERRCODE = 'RCL0' || array_position(guards, guard), HINT = hint;
END
$function$;

COMMENT ON FUNCTION recall._refuse(integer, text, text, text, text, text) IS
  'Internal: refuses a statement, and leaves a trace of it that the rollback does not take away.';
REVOKE ALL ON FUNCTION recall._refuse(integer, text, text, text, text, text) FROM PUBLIC;
