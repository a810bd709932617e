-- The saved terms; relation 0 is every table without one of its own.
SELECT p.relation, p.keep::text AS keep, p.set_by, p.set_at
FROM recall.retention_policy AS p
ORDER BY p.relation
