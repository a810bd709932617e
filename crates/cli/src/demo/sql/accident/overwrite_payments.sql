-- Meant was one guest. The condition on the e-mail address was forgotten.
UPDATE payment
SET amount = 0, status = 'refunded'
FROM registrant AS r, webinar AS w
WHERE r.id = payment.registrant_id
  AND w.id = r.webinar_id
  AND w.slug = 'balcony-garden'
