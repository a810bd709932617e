NOT EXISTS (
    SELECT FROM recall.change AS c
    WHERE c.relation = {relation} AND {change_is_later} AND c.key = {key}
  )
  AND NOT EXISTS (SELECT FROM moved AS m WHERE m.key = {key})
