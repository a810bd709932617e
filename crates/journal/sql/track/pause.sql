-- Gives the names of the tables that were not paused before.
SELECT p.name FROM recall._pause($1, $2) AS p (name)
