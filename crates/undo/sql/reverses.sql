-- The transactions to which the changes belong that are meant.
SELECT DISTINCT c.tx
{chosen}
ORDER BY c.tx
