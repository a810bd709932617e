-- The pattern that decides about a table that is there.
SELECT p.text, p.tracked, p.options FROM recall._pattern_for($1) AS p WHERE p.id IS NOT NULL
