  -- In another cluster the numbers are those of other roles, so everything is recorded there.
  IF NOT recall._is_elsewhere({system}) THEN
    IF NOT recall._acts_as(ARRAY[{roles}]::pg_catalog.oid[]) THEN
      RETURN NULL;
    END IF;
  END IF;
