-- The name sorts first, so that a change is recorded before other triggers react to it. It holds the
-- number of the relation, because a partition gets the triggers of its root beside its own.
CREATE TRIGGER {insert_trigger} AFTER INSERT ON {table}
  FOR EACH ROW EXECUTE FUNCTION recall.{insert_function}();
CREATE TRIGGER {update_trigger} AFTER UPDATE ON {table}
  FOR EACH ROW EXECUTE FUNCTION recall.{update_function}();
CREATE TRIGGER {delete_trigger} AFTER DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION recall.{delete_function}();
