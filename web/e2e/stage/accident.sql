-- Somebody at the support desk refunds one guest and cleans up test prizes; each statement is a
-- little too wide. Winners go with their prizes.

BEGIN;
SELECT recall.set_context('{
  "actor": "support-7", "tenant": "northwind-events", "session": "desk-7c21", "request": "desk-7c21/418",
  "application": "support-desk", "ip": "198.51.100.21", "reason": "refund for Ruth Zeman"
}');
UPDATE payment
SET amount = 0, status = 'refunded'
FROM registrant AS r, webinar AS w
WHERE r.id = payment.registrant_id
  AND w.id = r.webinar_id
  AND w.slug = 'balcony-garden';
COMMIT;

BEGIN;
SELECT recall.set_context('{
  "actor": "support-7", "tenant": "northwind-events", "session": "desk-7c21", "request": "desk-7c21/421",
  "application": "support-desk", "ip": "198.51.100.21", "reason": "clean up test prizes"
}');
DELETE FROM prize
USING webinar AS w, organiser AS o
WHERE w.id = prize.webinar_id
  AND o.id = w.organiser_id
  AND o.slug = 'northwind-events'
  AND (prize.title LIKE 'Test prize%' OR prize.sponsor IS NULL);
COMMIT;
