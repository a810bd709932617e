-- Somebody at the support desk corrects an e-mail address.
UPDATE registrant
SET email = replace(email, '@example.', '@mail.example.')
WHERE id = (
  SELECT r.id
  FROM registrant AS r
  JOIN webinar AS w ON w.id = r.webinar_id
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug = $1
  ORDER BY r.id
  OFFSET 8 + $2 * 19
  LIMIT 1
)
