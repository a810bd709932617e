-- What would go from one partition if every change of `relations` before the time beside it went: a
-- row for each table of which something would go. A partition of which nothing would be left, and
-- to which nothing will be added, can be emptied as a whole.
CREATE OR REPLACE FUNCTION recall._retention_plan_of(partition name, relations integer[], cutoffs timestamptz[])
RETURNS TABLE (
  relation integer, before timestamptz, whole boolean,
  changes bigint, bytes bigint, from_at timestamptz, until_at timestamptz, from_tx bigint, until_tx bigint
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN QUERY EXECUTE format(
    $query$
      SELECT
        p.relation, p.before, p.whole, p.gone, p.bytes, p.from_at, p.until_at, p.from_tx, p.until_tx
      FROM (
        SELECT
          n.*,
          $1 < now() AND bool_and(n.total = n.gone) OVER () AS whole,
          (pg_total_relation_size(%1$L::regclass) * n.gone / sum(n.total) OVER ())::bigint AS bytes
        FROM (
          SELECT
            c.relation, w.before, count(*) AS total, count(*) FILTER (WHERE c.at < w.before) AS gone,
            min(c.at) FILTER (WHERE c.at < w.before) AS from_at,
            max(c.at) FILTER (WHERE c.at < w.before) AS until_at,
            min(c.tx) FILTER (WHERE c.at < w.before) AS from_tx,
            max(c.tx) FILTER (WHERE c.at < w.before) AS until_tx
          FROM %1$s AS c
          LEFT JOIN unnest($2, $3) AS w (relation, before) ON w.relation = c.relation
          GROUP BY c.relation, w.before
        ) AS n
      ) AS p
      WHERE p.gone > 0
      ORDER BY p.relation
    $query$,
    format('recall.%I', $1)
  )
  USING
    coalesce((SELECT m.until_at FROM recall._months() AS m WHERE m.partition = $1), 'infinity'::timestamptz),
    relations, cutoffs;
END
$function$;

COMMENT ON FUNCTION recall._retention_plan_of(name, integer[], timestamptz[]) IS
  'Internal: what would go from one partition of the journal, for each table.';
REVOKE ALL ON FUNCTION recall._retention_plan_of(name, integer[], timestamptz[]) FROM PUBLIC;
