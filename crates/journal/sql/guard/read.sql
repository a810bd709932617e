-- The guards of every table that has some.
SELECT g.relation, g.allow_from::text[] AS allow_from, g.allow_local, g.max_changes, g.protect, g.guard_drop
FROM recall.guard AS g
