-- What would go from the whole journal. Partitions in which nothing is old enough are found by their
-- index and are not read.
CREATE OR REPLACE FUNCTION recall._retention_plan(relations integer[], cutoffs timestamptz[])
RETURNS TABLE (
  partition name, relation integer, before timestamptz, whole boolean,
  changes bigint, bytes bigint, from_at timestamptz, until_at timestamptz, from_tx bigint, until_tx bigint
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  month record;
  due   boolean;
BEGIN
  FOR month IN
    SELECT m.*
    FROM recall._months() AS m
    WHERE m.from_at IS NULL OR m.from_at < (SELECT max(c) FROM unnest(cutoffs) AS c)
  LOOP
    EXECUTE format(
      $query$
        SELECT EXISTS (
          SELECT
          FROM unnest($1, $2) AS w (relation, before)
          WHERE EXISTS (SELECT FROM recall.%I AS c WHERE c.relation = w.relation AND c.at < w.before)
        )
      $query$, month.partition
    ) INTO due USING relations, cutoffs;
    CONTINUE WHEN NOT due;
    RETURN QUERY
    SELECT month.partition, p.*
    FROM recall._retention_plan_of(month.partition, relations, cutoffs) AS p;
  END LOOP;
END
$function$;

COMMENT ON FUNCTION recall._retention_plan(integer[], timestamptz[]) IS
  'Internal: what would go from the journal, for each partition and table.';
REVOKE ALL ON FUNCTION recall._retention_plan(integer[], timestamptz[]) FROM PUBLIC;
