-- What a name in the user's SQL means, by the user's own search_path.
SELECT
  c.oid,
  n.nspname,
  c.relname,
  c.relkind::text AS kind,
  n.nspname IN ('pg_catalog', 'information_schema', 'recall') OR n.nspname ~ '^pg_toast' AS system
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid = pg_catalog.to_regclass($1)
