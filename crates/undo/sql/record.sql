-- Says in the journal what this transaction took back: the changes as stretches of their numbers.
SELECT recall._record_undo(
  $1,
  (
    {stretches}
  ),
  $2,
  $3,
  $4,
  $5
) AS tx
