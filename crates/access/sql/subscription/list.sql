-- What a user may be told, and what it is told.
SELECT
  t.name AS topic, s.wanted,
  t.tells_concerned OR held.by_role AS by_default,
  t.tells_concerned OR held.reads AS available
FROM recall_control.topic AS t
LEFT JOIN recall_control.subscription AS s ON s.topic = t.name AND s.user_id = $1
CROSS JOIN LATERAL (
  SELECT
    coalesce(bool_or(m.role = ANY (t.readers)), false) AS reads,
    coalesce(bool_or(m.role = ANY (t.default_roles)), false) AS by_role
  FROM recall_control.membership AS m
  WHERE m.user_id = $1
) AS held
WHERE t.name <> 'test'
ORDER BY t.name
