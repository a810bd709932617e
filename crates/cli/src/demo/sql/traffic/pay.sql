-- The payment provider reports how the oldest open payment went.
UPDATE payment
SET
  status = CASE WHEN $2 % 9 = 4 THEN 'failed' ELSE 'paid' END::payment_status,
  provider_reference = 'ch_' || substr(md5($1 || ' ' || $2), 1, 12),
  paid_at = CASE WHEN $2 % 9 = 4 THEN NULL ELSE now() END
WHERE id = (
  SELECT p.id
  FROM payment AS p
  JOIN registrant AS r ON r.id = p.registrant_id
  JOIN webinar AS w ON w.id = r.webinar_id
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug = $1
    AND p.status = 'pending'
    AND w.slug <> 'balcony-garden'
  ORDER BY p.id
  LIMIT 1
)
