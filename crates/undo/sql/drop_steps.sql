-- Leaves rows as they are.
DELETE FROM pg_temp.recall_step AS s WHERE s.position = ANY ($1)
