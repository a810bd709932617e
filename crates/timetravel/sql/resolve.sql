-- What a name in the user's SQL means today, in each schema in which it may be looked for: the one that is
-- named, or those of the user's own search_path in their order.
SELECT
  s.name AS schema,
  c.oid,
  c.relkind::text AS kind,
  s.name IN ('pg_catalog', 'information_schema', 'recall') OR s.name ~ '^pg_toast' AS system
FROM unnest(
  CASE WHEN $1::pg_catalog.text IS NULL THEN pg_catalog.current_schemas(true)::pg_catalog.text[] ELSE ARRAY[$1] END
) WITH ORDINALITY AS s (name, position)
LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = s.name
LEFT JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = $2
ORDER BY s.position
