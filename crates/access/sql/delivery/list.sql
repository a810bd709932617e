-- The newest first, from a place on, each with its attempts.
SELECT
  d.id, d.message::text AS message, d.channel, d.recipient, d.status, d.created_at, d.finished_at,
  CASE WHEN d.status = 'waiting' THEN d.due_at END AS due_at,
  n.id AS notice, n.topic, n.target, n.subject,
  coalesce(
    (
      SELECT jsonb_agg(
        jsonb_build_object('at', a.at, 'delivered', a.delivered, 'status', a.status, 'answer', a.answer) ORDER BY a.number
      )
      FROM recall_control.delivery_attempt AS a
      WHERE a.delivery_id = d.id
    ),
    '[]'
  ) AS attempts
FROM recall_control.delivery AS d
JOIN recall_control.notice AS n ON n.id = d.notice_id
WHERE ($1::bigint IS NULL OR d.id < $1)
  AND ($2::text IS NULL OR d.status = $2)
  AND ($3::text IS NULL OR d.channel = $3)
ORDER BY d.id DESC
LIMIT $4
