-- The table stays known, for the history that it has.
UPDATE recall.relation SET tracked = false WHERE id = $1
