-- The transaction that made a change. No index leads to the number of a change alone, because each
-- one costs every write; a look at the partitions is what this rare question costs.
SELECT c.tx FROM recall.change AS c WHERE c.id = $1
