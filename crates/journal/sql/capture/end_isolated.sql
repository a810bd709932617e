;
EXCEPTION WHEN OTHERS THEN
  -- Deadlocks and serialization failures doom the transaction anyway, and what the journal refuses is no
  -- failure. Cancelled statements pass by themselves.
  IF SQLSTATE OPERATOR(pg_catalog.~) '^(40|RCL)' THEN
    RAISE;
  END IF;
  PERFORM recall._note_failure({relation}, SQLSTATE);
  RETURN NULL;
END
