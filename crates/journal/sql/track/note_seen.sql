-- What the table is as its functions are written.
WITH noted AS (SELECT recall._note_form($1, false))
UPDATE recall.relation SET seen = recall._seen(oid) FROM noted WHERE id = $1
