(
  t.operation = {operation}
  -- The one in which the operation began.
  OR c.tx = (SELECT o.tx FROM recall.operation AS o WHERE o.id = {operation})
)
