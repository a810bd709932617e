-- Reads the text of a value as the server reads what it wrote, and not by a cast from text.
(
  SELECT t.value
  FROM pg_catalog.jsonb_to_record(
    pg_catalog.jsonb_build_object('value', ({image}.s{shape}).{name})
  ) AS t (value {type})
)
