-- Whoever may execute it could hang it on a table of their own and forge records.
REVOKE ALL ON FUNCTION recall.{function}() FROM PUBLIC
