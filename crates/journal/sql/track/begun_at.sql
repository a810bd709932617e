-- A statement of its own: the one that wrote the row does not see it. Changes that are recorded from
-- here on have higher numbers.
SELECT t.at, nextval('recall.change_id') AS change FROM recall.transaction AS t WHERE t.id = $1
