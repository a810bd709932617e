-- The net effect of plain changes of one table, each of a row of its own.
INSERT INTO pg_temp.recall_step (
  plan, position, batch, relation, action, key, target_key, expected, target, changes
)
SELECT
  $1, $2 + pg_catalog.row_number() OVER (ORDER BY c.id DESC) - 1, $3, c.relation, {action},
  CASE WHEN c.op <> 'D' AND c.op <> 'T' THEN c.key END, CASE WHEN c.op <> 'I' THEN c.key END,
  recall._whole(c.old, c.new), c.old, ARRAY[c.id]
{chosen}
  AND c.relation = {relation}
  AND c.op::pg_catalog.text = ANY ({operations})
