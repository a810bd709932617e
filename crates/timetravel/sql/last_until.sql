-- The last transaction that had written something by a time.
SELECT greatest(
  (SELECT c.tx FROM recall.change AS c WHERE c.at <= $1 ORDER BY c.tx DESC LIMIT 1),
  (SELECT t.id FROM recall.transaction AS t WHERE t.at <= $1 ORDER BY t.id DESC LIMIT 1),
  0
)
