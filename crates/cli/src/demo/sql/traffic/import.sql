-- Who came to yesterday's webinar.
INSERT INTO attendance (registrant_id, joined_at, stayed_minutes, rating)
SELECT
  r.id, w.starts_at + make_interval(mins => (r.id % 9)::integer), w.duration_minutes - (r.id % 20)::integer,
  CASE WHEN r.id % 3 <> 0 THEN 3 + r.id % 3 END
FROM registrant AS r
JOIN webinar AS w ON w.id = r.webinar_id
JOIN organiser AS o ON o.id = w.organiser_id
WHERE o.slug = $1
  AND w.starts_at >= date_trunc('day', now()) - interval '1 day'
  AND w.starts_at < date_trunc('day', now())
  AND r.id % 2 = $2
ORDER BY r.id
