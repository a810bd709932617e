-- A table that was dropped, as far as the journal knows what it was.
CREATE TABLE {table} (
  {columns}
)
