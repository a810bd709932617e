-- Meant were the test prizes. Their sponsor is `nobody`, which is not null: a prize without a
-- sponsor is one that the organiser pays for.
DELETE FROM prize
USING webinar AS w, organiser AS o
WHERE w.id = prize.webinar_id
  AND o.id = w.organiser_id
  AND o.slug = 'northwind-events'
  AND (prize.title LIKE 'Test prize%' OR prize.sponsor IS NULL)
