BEGIN
  -- The trigger at the end of the statement records the rows that this one passes over.
  -- What a statement that failed has left is older than the statement that the client sent last. No statement
  -- of the table's own begins where it is written through one that it inherits from.
  IF recall._may_be_at_once({relation}, {table_oid}::pg_catalog.oid) AND ({state}) OPERATOR(pg_catalog.=) {at_once} THEN
    RETURN NULL;
  END IF;
