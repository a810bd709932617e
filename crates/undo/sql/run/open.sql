-- An undo that is not finished.
SELECT r.reason, r.plan, r.rows, r.done, r.takes_back
FROM recall.undo_run AS r
WHERE r.id = $1
