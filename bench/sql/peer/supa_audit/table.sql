-- As its README says.
SELECT audit.enable_tracking({table_text}::regclass);
