-- Whether the user may write in the journal, as our triggers do.
SELECT pg_catalog.has_table_privilege('recall.change', 'INSERT') AS permitted
