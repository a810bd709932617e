-- The marks whose names fit a pattern, newest first.
SELECT m.name, m.tick, k.at, m.reason, m.actor, m.database_user
FROM recall.mark AS m
JOIN recall.tick AS k ON k.id = m.tick
WHERE m.name LIKE $1
ORDER BY k.id DESC
