-- The changes since the moment that are of a single key, read once and by the indices of keys. The server
-- plans each look at the journal for every month of it, which takes longer than to find these few.
concerned AS MATERIALIZED (
  SELECT c.id, c.tx, c.relation, c.shape, c.op, c.key, c.new_key, c.old, c.new
  FROM recall.change AS c
  WHERE c.relation = {relation} AND {change_is_later}{of_key}
  UNION ALL
  SELECT c.id, c.tx, c.relation, c.shape, c.op, c.key, c.new_key, c.old, c.new
  FROM recall.change AS c
  WHERE c.relation = {relation} AND {change_is_later}{of_new_key}{not_of_key}
),
