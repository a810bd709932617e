-- Steps of one table and one batch.
INSERT INTO pg_temp.recall_step (
  plan, position, batch, relation, action, key, target_key, expected, found, hashes, target, changes
)
SELECT
  $1, e.position, $2, {relation}, {action},
  CASE WHEN e.expected IS NOT NULL THEN {found_key} END,
  CASE WHEN e.target IS NOT NULL THEN {target_key} END,
  e.expected, e.found, e.hashes, e.target, e.changes::pg_catalog.int8[]
FROM ROWS FROM (
  pg_catalog.unnest($3::pg_catalog.int8[]), pg_catalog.unnest($4::pg_catalog.text[]),
  pg_catalog.unnest($5::pg_catalog.text[]), pg_catalog.unnest($6::pg_catalog.text[]),
  pg_catalog.unnest($7::pg_catalog.text[]), pg_catalog.unnest($8::pg_catalog.text[])
) AS e (position, expected, hashes, target, changes, found)
CROSS JOIN LATERAL (SELECT e.expected::{table} AS image OFFSET 0) AS k
CROSS JOIN LATERAL (SELECT e.target::{table} AS image OFFSET 0) AS p
