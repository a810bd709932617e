-- The role as text: a name is cut at 63 bytes, and might then be another role's.
SELECT recall.grant_viewer(($1::text)::name, $2, $3) WHERE pg_catalog.octet_length($1::text) < 64
