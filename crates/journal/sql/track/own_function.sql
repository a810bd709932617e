-- Whoever tracks a table may be somebody else than the owner of the journal; the function runs with
-- its owner's rights, and those must be the journal's.
ALTER FUNCTION recall.{function}() OWNER TO {owner}
