-- Somebody new registers for one of the next webinars. The one of tonight is full.
WITH registered AS (
  INSERT INTO registrant (webinar_id, name, email, answers)
  SELECT
    w.id, (ARRAY['Ines Castell', 'Noor Haddad', 'Piet Vermeer', 'Sofia Almeida'])[1 + $2 % 4],
    'guest.' || extract(epoch FROM clock_timestamp())::bigint || '.' || $2 || '@example.net',
    jsonb_build_object('newsletter', $2 % 3 = 0, 'heard_from', 'friend')
  FROM webinar AS w
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug = $1
    AND w.status = 'published'
    AND w.slug <> 'balcony-garden'
  ORDER BY w.id
  OFFSET $2 % 2
  LIMIT 1
  RETURNING id, webinar_id
)
INSERT INTO payment (registrant_id, amount, currency)
SELECT registered.id, w.price, w.currency
FROM registered
JOIN webinar AS w ON w.id = registered.webinar_id
WHERE w.price > 0
