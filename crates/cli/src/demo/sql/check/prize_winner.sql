SELECT pw.prize_id, pw.registrant_id, pw.drawn_at, pw.ship_to
FROM prize_winner AS pw
JOIN prize AS p ON p.id = pw.prize_id
JOIN webinar AS w ON w.id = p.webinar_id
JOIN organiser AS o ON o.id = w.organiser_id
WHERE o.slug = 'northwind-events'
ORDER BY pw.prize_id, pw.registrant_id
