SELECT p.id, p.webinar_id, p.title, p.value, p.sponsor, p.quantity
FROM prize AS p
JOIN webinar AS w ON w.id = p.webinar_id
JOIN organiser AS o ON o.id = w.organiser_id
WHERE o.slug = 'northwind-events'
ORDER BY p.id
