-- What the server is shown of a table of the past, to learn what it makes of the query: its columns, and no
-- row. Not known to be empty, or the server would not look at the rest of the query.
SELECT {columns} FROM pg_catalog.jsonb_to_recordset('[]') AS p ({definitions})
