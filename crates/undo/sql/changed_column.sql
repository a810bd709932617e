(recall._decode(c.shape, c.old) -> {column})::pg_catalog.text
  IS DISTINCT FROM (recall._decode(c.shape, recall._whole(c.old, c.new)) -> {column})::pg_catalog.text
