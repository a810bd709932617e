-- A guest asked to be forgotten: somebody who neither paid nor won. The latest of those who were
-- there this morning, whom no draw of today reaches at the same time.
DELETE FROM registrant
WHERE id = (
  SELECT r.id
  FROM registrant AS r
  JOIN webinar AS w ON w.id = r.webinar_id
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug = $1
    AND w.price = 0
    AND r.registered_at < date_trunc('day', now())
    AND NOT EXISTS (SELECT FROM prize_winner AS pw WHERE pw.registrant_id = r.id)
  ORDER BY r.id DESC
  OFFSET $2
  LIMIT 1
)
