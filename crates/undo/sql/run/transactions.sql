-- The transactions of an undo so far, in their order.
SELECT u.tx FROM recall.undo AS u WHERE u.run = $1 ORDER BY u.tx
