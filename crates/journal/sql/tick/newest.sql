-- The newest tick that was looked after: ticks of marks that are still open transactions are left out.
SELECT k.id, k.at, k.upper, k.open
FROM recall.tick AS k
WHERE k.settled AND k.on_time
ORDER BY k.id DESC
LIMIT 1
