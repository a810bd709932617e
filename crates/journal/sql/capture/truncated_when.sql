
      CROSS JOIN LATERAL (SELECT r.*) AS old
      LEFT JOIN LATERAL (SELECT r.*) AS new ON false
      WHERE {condition}