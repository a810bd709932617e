-- TRUNCATE triggers are not inherited by partitions, so each table that holds rows has its own.
CREATE TRIGGER {truncate_trigger} BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION recall.{truncate_function}();
