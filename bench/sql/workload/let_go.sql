-- The end of what hold_table.sql began.
COMMIT
