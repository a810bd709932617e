SELECT p.id, p.registrant_id, p.amount, p.fee, p.currency, p.method, p.status, p.provider_reference, p.paid_at, p.updated_at
FROM payment AS p
JOIN registrant AS r ON r.id = p.registrant_id
JOIN webinar AS w ON w.id = r.webinar_id
WHERE w.slug = 'balcony-garden'
ORDER BY p.id
