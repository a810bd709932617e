-- Whether the journal still reaches back to a moment: a session that stays there for long may see retention
-- remove what it rests on, and must not go on as if nothing had happened.
CREATE OR REPLACE FUNCTION recall._still_known(relations integer[], upper bigint)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF EXISTS (
    SELECT FROM unnest(relations) AS r (relation) CROSS JOIN LATERAL recall.horizon(r.relation) AS h WHERE h.tx >= upper
  ) THEN
    RAISE EXCEPTION 'retention has removed changes since, so this moment is not known any more'
      USING ERRCODE = 'PGR02';
  END IF;
  RETURN true;
END
$function$;

COMMENT ON FUNCTION recall._still_known(integer[], bigint) IS
  'Internal: whether the journal of these tables still reaches back to a moment.';
REVOKE ALL ON FUNCTION recall._still_known(integer[], bigint) FROM PUBLIC;
