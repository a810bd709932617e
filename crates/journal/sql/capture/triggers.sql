-- The triggers of {table}. The name sorts first, so that a change is recorded before other
-- triggers react to it; ENABLE ALWAYS, so that session_replication_role silences nothing.
CREATE TRIGGER "!recall_insert" AFTER INSERT ON {table}
  FOR EACH ROW EXECUTE FUNCTION recall.{insert_function}();
CREATE TRIGGER "!recall_update" AFTER UPDATE ON {table}
  FOR EACH ROW EXECUTE FUNCTION recall.{update_function}();
CREATE TRIGGER "!recall_delete" AFTER DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION recall.{delete_function}();
