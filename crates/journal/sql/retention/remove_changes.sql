SELECT r.record, r.after_tx, r.after_id, r.removed, r.finished
FROM recall._remove_changes(($1::text)::name, $2, $3, $4, $5, $6, $7) AS r
