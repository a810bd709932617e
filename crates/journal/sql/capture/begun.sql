  -- Most transactions say nothing about themselves; what they say is written once.
  IF coalesce(pg_catalog.current_setting('recall.transaction', true), '') OPERATOR(pg_catalog.<>) own::pg_catalog.text
    AND recall._has_context()
  THEN
    own := recall._begin_transaction(own);
  END IF;
