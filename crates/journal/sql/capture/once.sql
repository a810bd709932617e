  -- A table that was tracked by itself and is a partition now is recorded by the root of the tree.
  IF pg_catalog.pg_partition_root(TG_RELID) IS NOT NULL AND recall._is_recorded_above(TG_RELID, {relation}) THEN
    RETURN NULL;
  END IF;
