-- An organiser draws one more winner of a prize that is left.
WITH left_over AS (
  SELECT p.id, p.webinar_id
  FROM prize AS p
  JOIN webinar AS w ON w.id = p.webinar_id
  JOIN organiser AS o ON o.id = w.organiser_id
  WHERE o.slug = $1
    AND w.status = 'finished'
    AND p.quantity > (SELECT count(*) FROM prize_winner AS pw WHERE pw.prize_id = p.id)
  ORDER BY p.id
  OFFSET $2 % 3
  LIMIT 1
)
INSERT INTO prize_winner (prize_id, registrant_id, ship_to)
SELECT left_over.id, r.id, jsonb_build_object('street', 'Station Road ' || (3 + $2), 'city', 'Utrecht')
FROM left_over
JOIN registrant AS r ON r.webinar_id = left_over.webinar_id
WHERE NOT EXISTS (SELECT FROM prize_winner AS pw WHERE pw.registrant_id = r.id)
ORDER BY r.id
OFFSET $2
LIMIT 1
