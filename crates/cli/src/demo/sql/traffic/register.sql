-- A guest of another organiser registers for one of the next webinars. The one of tonight is full.
WITH chosen AS (
  SELECT w.id, w.price, w.currency
  FROM webinar AS w
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug = $1
    AND w.status = 'published'
    AND w.slug <> 'balcony-garden'
  ORDER BY w.id
  OFFSET $2 % 2
  LIMIT 1
), guest AS (
  SELECT r.name, r.email, r.locale
  FROM registrant AS r
  JOIN webinar AS w ON w.id = r.webinar_id
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug <> $1
  ORDER BY r.id
  OFFSET 5 + $2 * 17
  LIMIT 1
), registered AS (
  INSERT INTO registrant (webinar_id, name, email, locale, answers)
  SELECT chosen.id, guest.name, guest.email, guest.locale, jsonb_build_object('newsletter', false, 'heard_from', 'newsletter')
  FROM chosen
  CROSS JOIN guest
  RETURNING id
)
INSERT INTO payment (registrant_id, amount, currency)
SELECT registered.id, chosen.price, chosen.currency
FROM registered
CROSS JOIN chosen
WHERE chosen.price > 0
