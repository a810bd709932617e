-- Why a table goes by row although it is to be recorded for each statement; null if it does not.
SELECT
  CASE
    WHEN r.for_each = 'row' AND r.condition IS NOT NULL THEN 'which changes are recorded depends on the row'
    WHEN r.for_each = 'row' AND r.on_failure = 'isolate' THEN 'failures are isolated for each row'
    ELSE recall._why_by_row(r.id, r.oid)
  END AS reason
FROM recall.relation AS r
WHERE r.oid = $1 AND r.tracked
