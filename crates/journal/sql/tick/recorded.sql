-- Which of these transactions have changed something, be it what a table looks like.
SELECT t.tx
FROM unnest($1::bigint[]) AS t (tx)
WHERE EXISTS (SELECT FROM recall.change AS c WHERE c.tx = t.tx)
  OR EXISTS (SELECT FROM recall.form AS f WHERE f.tx = t.tx)
