-- Whether nothing of a table was changed between a moment and a checkpoint after it. What was changed then is
-- settled for good.
SELECT NOT EXISTS (SELECT FROM recall.change AS c WHERE c.relation = {relation} AND {change_is_between}) AS unchanged
