-- The steps of its README: a period in the user's table, a history table with the recommended
-- index, and the trigger.
ALTER TABLE {table}
  ADD COLUMN sys_period tstzrange NOT NULL DEFAULT tstzrange(current_timestamp, NULL);

CREATE TABLE {history} (LIKE {table});

CREATE INDEX ON {history} (sys_period);

CREATE TRIGGER versioning_trigger
BEFORE INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION versioning('sys_period', {history_text}, true);
