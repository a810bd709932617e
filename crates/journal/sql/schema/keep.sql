-- Says how long changes are kept from now on: those of a table, or of every table that has no term
-- of its own. Null forgets the term. What is too old goes with the next recall.maintain().
CREATE OR REPLACE FUNCTION recall.keep(term interval, about regclass DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  number integer := 0;
BEGIN
  IF about IS NOT NULL THEN
    SELECT r.id INTO number FROM recall.relation AS r WHERE r.oid = about;
    IF number IS NULL THEN
      RAISE EXCEPTION 'table % is not tracked', about
        USING ERRCODE = 'undefined_table', HINT = 'recall.tracked lists the tables that the journal knows';
    END IF;
  END IF;
  PERFORM recall._keep(term, number);
END
$function$;

COMMENT ON FUNCTION recall.keep(interval, regclass) IS
  'Says how long changes are kept: those of a table, or of every table without a term of its own; null: forever. For recall_admin.';
REVOKE ALL ON FUNCTION recall.keep(interval, regclass) FROM PUBLIC;

-- The same for a table by its number in the journal, because it may be gone.
CREATE OR REPLACE FUNCTION recall._keep(term interval, relation integer)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF term < interval '1 day' THEN
    RAISE EXCEPTION 'changes are kept for a day at least' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF term IS NULL THEN
    DELETE FROM recall.retention_policy AS p WHERE p.relation = $2;
    RETURN;
  END IF;
  INSERT INTO recall.retention_policy AS p (relation, keep)
  VALUES ($2, $1)
  ON CONFLICT ON CONSTRAINT retention_policy_pkey
  DO UPDATE SET keep = excluded.keep, set_by = excluded.set_by, set_at = excluded.set_at;
END
$function$;

COMMENT ON FUNCTION recall._keep(interval, integer) IS
  'Internal: says how long the changes of a table in recall.relation are kept; 0: of every table without a term of its own.';
REVOKE ALL ON FUNCTION recall._keep(interval, integer) FROM PUBLIC;
