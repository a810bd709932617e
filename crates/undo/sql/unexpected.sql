-- The steps whose rows are not as the plan expects. A key that another step frees may be taken now.
SELECT s.position
FROM pg_temp.recall_step AS s
CROSS JOIN LATERAL (SELECT coalesce(s.expected, s.target)::{table} AS image OFFSET 0) AS k
LEFT JOIN {live_table} AS r ON ({row_key}) = ({given_key})
WHERE s.batch = $1
  AND CASE s.action
    WHEN 'I' THEN
      {one_of_key} IS NOT NULL
      AND NOT EXISTS (
        SELECT
        FROM pg_temp.recall_step AS f
        WHERE f.relation = s.relation AND f.action <> 'I' AND f.key = s.target_key
      )
    ELSE {one_of_key} IS NULL OR ({as_expected}) IS NOT TRUE
  END
ORDER BY s.position
