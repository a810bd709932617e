-- An organiser moves a webinar.
UPDATE webinar
SET starts_at = starts_at + interval '30 minutes'
WHERE id = (
  SELECT w.id
  FROM webinar AS w
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug = $1
    AND w.starts_at > date_trunc('day', now()) + interval '1 day'
  ORDER BY w.id
  OFFSET $2
  LIMIT 1
)
