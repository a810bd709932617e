-- A table that is or was tracked already. Rows that were recorded under another key cannot be
-- followed, so with a new key the tracking begins anew. The table's number is another one after a
-- restore. Columns may have other numbers then, where some had been dropped; what was recorded before cannot
-- be told apart from what is now, and the tracking begins anew, too.
UPDATE recall.relation AS r
SET oid = $9,
    schema_name = $2,
    table_name = $3,
    since_tx = CASE WHEN s.goes_on THEN r.since_tx ELSE $7 END,
    since_at = CASE WHEN s.goes_on THEN r.since_at ELSE $8 END,
    since_change = CASE WHEN s.goes_on THEN r.since_change ELSE $10 END,
    key_columns = $4,
    excluded_columns = $5,
    hashed_columns = $6,
    only_roles = $11,
    only_role_names = $12,
    condition = $13,
    on_failure = $14,
    after_image = $15,
    for_each = $16,
    tracked = true
FROM (
  SELECT
    k.key_columns = $4 AND (
      k.oid = $9
      OR coalesce(
        recall._columns_of($9) = (
          SELECT f.columns
          FROM recall.form AS f
          WHERE f.relation = k.id AND f.columns IS NOT NULL
          ORDER BY f.id DESC
          LIMIT 1
        ),
        true
      )
    ) AS goes_on
  FROM recall.relation AS k
  WHERE k.id = $1
) AS s
WHERE r.id = $1
