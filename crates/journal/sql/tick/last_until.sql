-- The last transaction below a number that had changed something by a time.
SELECT c.tx FROM recall.change AS c WHERE c.at <= $1 AND c.tx < $2 ORDER BY c.tx DESC LIMIT 1
