BEGIN
  -- The trigger at the end of the statement records the rows that this one passes over.
  -- What a statement that failed has left is older than the statement that the client sent last.
  IF ({state}) OPERATOR(pg_catalog.=) (
      (pg_catalog.date_part('epoch', pg_catalog.statement_timestamp()) OPERATOR(pg_catalog.*) 1000000)::pg_catalog.int8
      OPERATOR(pg_catalog.<<) 3 OPERATOR(pg_catalog.|) {code}::pg_catalog.int8
    )
    AND pg_catalog.pg_trigger_depth() OPERATOR(pg_catalog.=) 1
  THEN
    RETURN NULL;
  END IF;
