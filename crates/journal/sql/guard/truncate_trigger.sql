-- TRUNCATE triggers are not inherited by partitions, so each table that holds rows has its own.
CREATE TRIGGER "!recall_guard_truncate" BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION recall._guard_truncate({relation});
