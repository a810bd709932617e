SELECT recall._close_checkpoint($1::text::pg_catalog.regclass)
