-- BEFORE, FOR EACH ROW: it also holds for direct changes of partitions, for new partitions, and for
-- rows that go because of a foreign key.
CREATE TRIGGER "!recall_guard_protection" BEFORE DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION recall._guard_protection({relation});
