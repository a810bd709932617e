SELECT count(DISTINCT p.id) AS prizes, count(pw.registrant_id) AS winners
FROM organiser AS o
JOIN webinar AS w ON w.organiser_id = o.id
JOIN prize AS p ON p.webinar_id = w.id
LEFT JOIN prize_winner AS pw ON pw.prize_id = p.id
WHERE o.slug = 'northwind-events'
