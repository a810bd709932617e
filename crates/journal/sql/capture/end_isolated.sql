;
EXCEPTION WHEN OTHERS THEN
  -- Deadlocks and serialization failures doom the transaction anyway, and what the journal refuses is no
  -- failure. Cancelled statements pass by themselves. A transaction that became read-only in the middle of a
  -- statement writes nothing, so neither a change of which not even a gap could be noted.
  IF SQLSTATE OPERATOR(pg_catalog.~) '^(40|RCL|25006)' THEN
    RAISE;
  END IF;
  PERFORM recall._note_failure({relation}, SQLSTATE);
  RETURN NULL;
END
