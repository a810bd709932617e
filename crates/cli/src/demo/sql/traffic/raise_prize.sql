-- An organiser spends more on a prize of its own.
UPDATE prize
SET value = value + 20
WHERE id = (
  SELECT p.id
  FROM prize AS p
  JOIN webinar AS w ON w.id = p.webinar_id
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug = $1
    AND p.sponsor IS NULL
  ORDER BY p.id
  OFFSET $2
  LIMIT 1
)
