-- The same for rows that went: parents first.
INSERT INTO public.parent
SELECT (o.row).*
FROM (
  SELECT c.old::public.parent AS row
  FROM recall.change AS c
  WHERE c.tx = {tx} AND c.relation = (SELECT r.id FROM recall.relation AS r WHERE r.table_name = 'parent')
  OFFSET 0
) AS o;
INSERT INTO public.child
SELECT (o.row).*
FROM (
  SELECT c.old::public.child AS row
  FROM recall.change AS c
  WHERE c.tx = {tx} AND c.relation = (SELECT r.id FROM recall.relation AS r WHERE r.table_name = 'child')
  OFFSET 0
) AS o
