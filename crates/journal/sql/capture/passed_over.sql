BEGIN
  -- The trigger at the end of the statement records the rows that this one passes over.
  -- What a statement that failed has left is older than the statement that the client sent last.
  IF ({state}) OPERATOR(pg_catalog.=) {at_once}
    AND pg_catalog.pg_trigger_depth() OPERATOR(pg_catalog.=) 1
  THEN
    RETURN NULL;
  END IF;
