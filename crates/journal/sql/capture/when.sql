  -- Of an altered table everything is recorded: the condition may name a column that is not there. It
  -- stands apart, because the server plans all of an expression at once.
  IF NOT recall._is_altered({table_oid}::pg_catalog.oid, {fingerprint}) THEN
    IF ({condition}) IS NOT TRUE THEN
      RETURN NULL;
    END IF;
  END IF;
