-- Which of these transactions have changed something.
SELECT t.tx
FROM unnest($1::bigint[]) AS t (tx)
WHERE EXISTS (SELECT FROM recall.change AS c WHERE c.tx = t.tx)
