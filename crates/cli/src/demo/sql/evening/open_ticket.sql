-- The latest guest writes to the support desk.
INSERT INTO ticket (organiser_id, registrant_id, subject)
SELECT o.id, r.id, (ARRAY['Is there a recording?', 'Please send an invoice', 'Can I bring a friend?'])[1 + $2 % 3]
FROM registrant AS r
JOIN webinar AS w ON w.id = r.webinar_id
JOIN organiser AS o ON o.id = w.organiser_id
WHERE o.slug = $1
ORDER BY r.id DESC
LIMIT 1
