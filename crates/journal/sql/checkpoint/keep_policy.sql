INSERT INTO recall.checkpoint_policy AS p (relation, changes, keep)
VALUES ($1, $2, $3)
ON CONFLICT ON CONSTRAINT checkpoint_policy_pkey
DO UPDATE SET changes = excluded.changes, keep = excluded.keep, set_by = excluded.set_by, set_at = excluded.set_at
