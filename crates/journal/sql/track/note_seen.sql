-- What the table is as its functions are written.
UPDATE recall.relation SET seen = recall._seen(oid) WHERE id = $1
