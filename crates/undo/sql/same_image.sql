
  -- While a unique key is deferred, two rows can have the same key.
  AND ({image})::pg_catalog.text = (e.step -> 'expected')::pg_catalog.text
