-- Whether rows of a table are kept in partitions or in tables that inherit from it, or the table is
-- itself one of those.
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = $1 OR i.inhrelid = $1
) AS divided
