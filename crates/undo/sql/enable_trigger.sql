ALTER TABLE ONLY {table} ENABLE {mode} TRIGGER {trigger}
