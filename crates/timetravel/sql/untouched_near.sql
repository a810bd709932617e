NOT EXISTS (
    SELECT
    FROM (
      SELECT {key_of_change} AS key FROM recall.change AS c WHERE c.relation = {relation} AND {change_is_later}
      UNION ALL
      SELECT {key_of_moved} FROM moved AS m
    ) AS touched
    WHERE touched.key = {key_of_row}
  )
