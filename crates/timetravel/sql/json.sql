SELECT pg_catalog.row_to_json(answer)::pg_catalog.text FROM ({query}) AS answer
