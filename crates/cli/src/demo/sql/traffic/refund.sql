-- Somebody at the support desk refunds one payment, as it should be done: the amount stays.
UPDATE payment
SET status = 'refunded'
WHERE id = (
  SELECT p.id
  FROM payment AS p
  JOIN registrant AS r ON r.id = p.registrant_id
  JOIN webinar AS w ON w.id = r.webinar_id
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug = $1
    AND p.status = 'paid'
    AND w.slug <> 'balcony-garden'
  ORDER BY p.id
  OFFSET 11 * $2
  LIMIT 1
)
