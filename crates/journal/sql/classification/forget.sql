-- Takes all classes off a table and its columns, to be put back under other numbers.
DELETE FROM recall.classification WHERE relation = $1
