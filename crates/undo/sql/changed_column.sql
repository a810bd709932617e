(recall._decode(c.shape, c.old) -> {column})::pg_catalog.text
  IS DISTINCT FROM (recall._decode(c.shape, c.new) -> {column})::pg_catalog.text
