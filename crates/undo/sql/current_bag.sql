-- How many rows of today are like each of the given images, for a table without a key.
SELECT e.position, pg_catalog.count(r.image) AS copies
FROM pg_catalog.jsonb_array_elements($1) WITH ORDINALITY AS e (image, position)
LEFT JOIN (SELECT {image} AS image FROM {live_table} AS r) AS r
  ON r.image::pg_catalog.text = e.image::pg_catalog.text
GROUP BY e.position
