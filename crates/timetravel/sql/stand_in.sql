CREATE TEMPORARY VIEW {name} AS
SELECT s.* FROM (
{rows}
) AS s
WHERE recall._still_known(ARRAY[{relations}]::pg_catalog.int4[], {upper});
COMMENT ON VIEW pg_temp.{name} IS {comment};
