-- How much the journal holds.
SELECT
  (SELECT count(*) FROM recall.transaction) AS transactions,
  (SELECT count(*) FROM recall.change) AS changes,
  (SELECT count(DISTINCT t.actor) FROM recall.transaction AS t) AS actors
