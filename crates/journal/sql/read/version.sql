-- The version of the journal's own schema.
SELECT (s.value #>> '{}')::integer AS version
FROM recall.setting AS s
WHERE s.name = 'schema_version'
