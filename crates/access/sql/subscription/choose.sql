-- Exactly these wishes; what is not named is as by default.
WITH withdrawn AS (
  DELETE FROM recall_control.subscription WHERE user_id = $1 AND NOT topic = ANY ($2::text[])
)
INSERT INTO recall_control.subscription (user_id, topic, wanted)
SELECT $1, w.topic, w.wanted
FROM ROWS FROM (unnest($2::text[]), unnest($3::boolean[])) AS w (topic, wanted)
ON CONFLICT (user_id, topic) DO UPDATE SET wanted = EXCLUDED.wanted
