-- A guest asked to be forgotten: somebody who neither paid nor won.
DELETE FROM registrant
WHERE id = (
  SELECT r.id
  FROM registrant AS r
  JOIN webinar AS w ON w.id = r.webinar_id
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug = $1
    AND w.price = 0
    AND NOT EXISTS (SELECT FROM prize_winner AS pw WHERE pw.registrant_id = r.id)
  ORDER BY r.id
  OFFSET $2
  LIMIT 1
)
