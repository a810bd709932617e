-- Taken before the journal's transaction is numbered: whoever wrote to the table unrecorded has
-- then committed before that number.
LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE
