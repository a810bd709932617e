-- Opens a gap when what records a table was taken off or disabled just now, or when it became a
-- partition that is recorded above; closes it when that is over.
CREATE OR REPLACE FUNCTION recall._note_bypass(relation integer)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT w.reason, w.missing, g.id
    FROM recall.relation AS r
    CROSS JOIN LATERAL (
      VALUES
        ('bypassed', NOT recall._is_hung(r.id)),
        ('recorded above', pg_partition_root(r.oid) IS NOT NULL AND recall._is_recorded_above(r.oid, r.id))
    ) AS w (reason, missing)
    LEFT JOIN recall.gap AS g ON g.relation = r.id AND g.reason = w.reason AND g.until_tx IS NULL
    WHERE r.id = $1 AND r.tracked AND w.missing <> (g.id IS NOT NULL)
  LOOP
    IF found.missing THEN
      INSERT INTO recall.gap (relation, reason, from_tx, from_at)
      VALUES ($1, found.reason, recall._begin_transaction(), clock_timestamp());
    ELSE
      UPDATE recall.gap AS g
      SET until_tx = recall._begin_transaction(),
          until_at = clock_timestamp()
      WHERE g.id = found.id;
    END IF;
  END LOOP;
END
$function$;

COMMENT ON FUNCTION recall._note_bypass(integer) IS 'Internal: opens and closes the gap of a table that is not recorded.';
REVOKE ALL ON FUNCTION recall._note_bypass(integer) FROM PUBLIC;
