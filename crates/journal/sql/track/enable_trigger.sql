-- Not inherited by partitions on every server version, so it is said for each table.
ALTER TABLE ONLY {table} ENABLE ALWAYS TRIGGER {trigger}
