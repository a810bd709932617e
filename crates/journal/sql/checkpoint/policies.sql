SELECT p.relation, p.changes, p.keep, p.set_by, p.set_at FROM recall.checkpoint_policy AS p ORDER BY p.relation
