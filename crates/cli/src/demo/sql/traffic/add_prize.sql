-- An organiser adds a prize to one of the next webinars.
INSERT INTO prize (webinar_id, title, value, sponsor, quantity)
SELECT
  w.id, (ARRAY['Picnic basket', 'Museum pass', 'Fountain pen', 'Board game'])[1 + $2 % 4],
  20 + 5 * $2, (ARRAY['Loom & Thread', 'Coastline Rail', 'Papermill Books'])[1 + $2 % 3], 1
FROM webinar AS w
JOIN organiser AS o ON o.id = w.organiser_id
WHERE o.slug = $1
  AND w.status = 'published'
ORDER BY w.id
OFFSET $2 % 2
LIMIT 1
