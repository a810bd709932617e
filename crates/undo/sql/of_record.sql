c.relation = {relation}
  AND {later}
  AND (c.key = ANY (ARRAY[{keys}]) OR c.new_key = ANY (ARRAY[{keys}]))
