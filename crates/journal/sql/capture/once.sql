  -- A table that was tracked by itself and is a partition now is recorded by the root of the tree.
  -- For any other table the server knows when it plans that there is nothing to ask.
  IF (
      recall._is_partition({table_oid}::pg_catalog.oid)
      OR recall._is_altered({table_oid}::pg_catalog.oid, {fingerprint})
    )
    AND recall._is_recorded_above(TG_RELID, {relation})
  THEN
    RETURN NULL;
  END IF;
