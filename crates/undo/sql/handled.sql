EXISTS (
  SELECT
  FROM pg_temp.recall_step AS h
  WHERE h.relation = {relation} AND h.action <> 'I' AND {is_row}
)
