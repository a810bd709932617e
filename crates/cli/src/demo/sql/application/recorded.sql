-- How much the journal holds. Its own transactions, in which tracking began, changed no row.
SELECT
  count(DISTINCT c.tx) AS transactions,
  count(*) AS changes,
  count(DISTINCT t.actor) AS actors
FROM recall.change AS c
LEFT JOIN recall.transaction AS t ON t.id = c.tx
