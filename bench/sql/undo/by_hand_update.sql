-- What one would write by hand, knowing that nothing else happened: the old rows of the journal, set
-- by set, nothing compared and nothing verified.
UPDATE public.child AS t
SET parent = (o.row).parent, label = (o.row).label, amount = (o.row).amount, state = (o.row).state,
    at = (o.row).at, tags = (o.row).tags
FROM (
  SELECT c.old::public.child AS row
  FROM recall.change AS c
  WHERE c.tx = {tx} AND c.op = 'U'
  OFFSET 0
) AS o
WHERE t.id = (o.row).id
