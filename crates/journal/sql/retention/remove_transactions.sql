SELECT r.after_tx, r.removed, r.events, r.finished
FROM recall._remove_transactions($1, $2, $3, $4) AS r
