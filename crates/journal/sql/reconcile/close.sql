-- A table that was dropped while nobody looked.
SELECT recall._close_relation($1, NULL)
