-- The indexes of the table that help a copy, too: plain ones, by their columns. Expressions could call functions of
-- the application.
SELECT i.indisunique, array_agg(a.attname::text ORDER BY k.position) AS columns
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_am AS m ON m.oid = x.relam
CROSS JOIN LATERAL unnest(i.indkey::pg_catalog.int2[], i.indclass::pg_catalog.oid[], i.indcollation::pg_catalog.oid[])
  WITH ORDINALITY AS k (number, class, sorted_as, position)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
LEFT JOIN pg_catalog.pg_opclass AS o ON o.oid = k.class
WHERE i.indrelid = $1
  AND i.indisvalid
  AND m.amname = 'btree'
  AND i.indexprs IS NULL
  AND i.indpred IS NULL
  AND k.position <= i.indnkeyatts
GROUP BY i.indexrelid, i.indisunique
HAVING bool_and(o.opcdefault AND k.sorted_as = a.attcollation)
ORDER BY i.indexrelid
