-- The tables of which so many changes were recorded since their last checkpoint, or since their tracking began,
-- that another one is due. No more changes are counted than it takes.
SELECT p.relation, p.keep
FROM recall.checkpoint_policy AS p
JOIN recall.relation AS r ON r.id = p.relation AND r.tracked
CROSS JOIN LATERAL (
  SELECT coalesce(max(c.upper), 0) AS upper FROM recall._fitting_checkpoints(p.relation) AS c
) AS last
WHERE (
  SELECT count(*)
  FROM (
    SELECT FROM recall.change AS c WHERE c.relation = p.relation AND c.tx >= last.upper LIMIT p.changes
  ) AS counted
) >= p.changes
ORDER BY p.relation
