-- A trigger that is dropped at once: it makes the server read the condition, refuse what is wrong with
-- it, and print it in a form in which every name is qualified. One statement of its own, so that nothing
-- can be smuggled in after the condition.
CREATE TRIGGER {trigger} AFTER UPDATE ON {table}
  FOR EACH ROW WHEN ({condition}
  ) EXECUTE FUNCTION recall._refuse_change()
