SELECT
  p.id, p.title AS prize, w.title AS webinar,
  string_agg(r.name, ', ' ORDER BY r.name) AS winners
FROM organiser AS o
JOIN webinar AS w ON w.organiser_id = o.id
JOIN prize AS p ON p.webinar_id = w.id
LEFT JOIN prize_winner AS pw ON pw.prize_id = p.id
LEFT JOIN registrant AS r ON r.id = pw.registrant_id
WHERE o.slug = 'northwind-events'
  AND (p.title LIKE 'Test prize%' OR p.sponsor IS NULL)
GROUP BY p.id, p.title, w.title
ORDER BY p.id
