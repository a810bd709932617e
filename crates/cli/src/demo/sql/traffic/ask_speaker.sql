-- A guest hands in a question for the speaker.
UPDATE registrant
SET answers = answers || jsonb_build_object('question', (ARRAY['Will there be a recording?', 'Where can I read more?', 'Is this for beginners too?'])[1 + $2 % 3])
WHERE id = (
  SELECT r.id
  FROM registrant AS r
  JOIN webinar AS w ON w.id = r.webinar_id
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug = $1
    AND w.status = 'published'
  ORDER BY r.id
  OFFSET 3 + $2 * 5
  LIMIT 1
)
