-- The other transactions of the undos to which these belong: an undo in several transactions is one.
SELECT DISTINCT o.tx
FROM recall.undo AS u
JOIN recall.undo AS o ON o.run = u.run
WHERE u.tx = ANY ($1) AND o.tx <> ALL ($1)
ORDER BY o.tx
