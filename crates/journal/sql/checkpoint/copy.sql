-- No writer waits for this: it only reads.
CREATE UNLOGGED TABLE {copy} AS SELECT {columns} FROM {table} AS r
