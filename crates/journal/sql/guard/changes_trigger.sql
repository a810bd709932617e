-- BEFORE, FOR EACH ROW: it also holds for direct changes of partitions, for new partitions and for
-- COPY.
CREATE TRIGGER "!recall_guard_changes" BEFORE INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION recall._guard_changes({relation}, {most});
