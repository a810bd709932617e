c.id IN (
  SELECT l.id
  FROM recall.log AS l
  WHERE (
    {condition}
  )
)
