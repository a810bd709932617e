-- Somebody at the support desk has answered.
UPDATE ticket
SET status = 'closed', closed_at = now()
WHERE id = (
  SELECT t.id
  FROM ticket AS t
  JOIN organiser AS o ON o.id = t.organiser_id
  WHERE o.slug = $1
    AND t.status = 'open'
  ORDER BY t.id
  LIMIT 1
)
