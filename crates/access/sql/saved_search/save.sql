-- No row where the name is taken.
INSERT INTO recall_control.saved_search (user_id, target, name, query, shared)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id, target, name) DO NOTHING
RETURNING id
