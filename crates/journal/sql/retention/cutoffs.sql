-- Before which time what is to go, for each table; relation 0 is what belongs to no table.
SELECT c.relation, c.before
FROM recall._cutoffs(($1::text)::interval, $2, $3) AS c
ORDER BY c.relation
