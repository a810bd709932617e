-- Before which time the changes of which table are to go. Without `keep` the saved policies say
-- so; with it, `relations` or, if that is null, every table that has no policy of its own.
--
-- What is said for every table goes by whole months (UTC), because a month is a partition that can
-- be emptied at once; what is said for single tables, or is to be exact, goes to the moment.
CREATE OR REPLACE FUNCTION recall._cutoffs(keep interval, relations integer[], exact boolean)
RETURNS TABLE (relation integer, before timestamptz)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET TimeZone = 'UTC'
AS $function$
  SELECT
    r.id,
    CASE WHEN w.own OR exact THEN now() - w.keep ELSE date_trunc('month', now() - w.keep) END
  FROM recall.relation AS r
  LEFT JOIN recall.retention_policy AS p ON p.relation = r.id
  LEFT JOIN recall.retention_policy AS g ON g.relation = 0
  CROSS JOIN LATERAL (
    SELECT
      CASE
        WHEN $1 IS NULL THEN coalesce(p.keep, g.keep)
        WHEN $2 IS NOT NULL THEN CASE WHEN r.id = ANY ($2) THEN $1 END
        WHEN p.keep IS NULL THEN $1
      END,
      CASE WHEN $1 IS NULL THEN p.keep IS NOT NULL ELSE $2 IS NOT NULL END
  ) AS w (keep, own)
  WHERE w.keep IS NOT NULL
  UNION ALL
  -- 0: what belongs to no table, such as events; as for a table without a policy of its own.
  SELECT 0, CASE WHEN exact THEN now() - w.keep ELSE date_trunc('month', now() - w.keep) END
  FROM (
    SELECT CASE WHEN $1 IS NULL THEN (SELECT g.keep FROM recall.retention_policy AS g WHERE g.relation = 0) ELSE $1 END
    WHERE $2 IS NULL
  ) AS w (keep)
  WHERE w.keep IS NOT NULL
$function$;

COMMENT ON FUNCTION recall._cutoffs(interval, integer[], boolean) IS
  'Internal: before which time the changes of which table are to go.';
REVOKE ALL ON FUNCTION recall._cutoffs(interval, integer[], boolean) FROM PUBLIC;
