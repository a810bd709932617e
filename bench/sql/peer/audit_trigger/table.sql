-- The call its README begins with: rows, and the text of the query.
SELECT audit.audit_table({table_text});
