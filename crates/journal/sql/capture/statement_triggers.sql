-- What records a table for each statement, beside the triggers for rows, which take over where that is not
-- sure to be the same.
CREATE TRIGGER {begin_trigger} BEFORE INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION recall.{begin_function}();
CREATE TRIGGER {inserted_trigger} AFTER INSERT ON {table} REFERENCING NEW TABLE AS rows_after
  FOR EACH STATEMENT EXECUTE FUNCTION recall.{inserted_function}();
CREATE TRIGGER {updated_trigger} AFTER UPDATE ON {table} REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
  FOR EACH STATEMENT EXECUTE FUNCTION recall.{updated_function}();
CREATE TRIGGER {deleted_trigger} AFTER DELETE ON {table} REFERENCING OLD TABLE AS rows_before
  FOR EACH STATEMENT EXECUTE FUNCTION recall.{deleted_function}();
