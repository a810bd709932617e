-- An organiser makes room for more guests.
UPDATE webinar
SET capacity = capacity + 10
WHERE id = (
  SELECT w.id
  FROM webinar AS w
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug = $1
    AND w.status = 'published'
  ORDER BY w.id
  OFFSET $2 % 2
  LIMIT 1
)
