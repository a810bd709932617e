-- The changes that are meant, with their images as they were recorded.
SELECT c.id, c.tx, c.at, c.op::text AS op, c.relation, c.shape, c.old,
  recall._whole(c.old, c.new) AS new
{chosen}
ORDER BY c.id
