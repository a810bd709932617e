SELECT p.status, count(*) AS payments, sum(p.amount) AS amount
FROM webinar AS w
JOIN registrant AS r ON r.webinar_id = w.id
JOIN payment AS p ON p.registrant_id = r.id
WHERE w.slug = 'balcony-garden'
GROUP BY p.status
ORDER BY p.status
