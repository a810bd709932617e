SELECT coalesce(pg_catalog.array_agg(pg_catalog.int8range(n.first, n.last, '[]') ORDER BY n.first), '{}')
    FROM (
      SELECT pg_catalog.min(m.change) AS first, pg_catalog.max(m.change) AS last
      FROM (
        SELECT u.change, u.change - pg_catalog.row_number() OVER (ORDER BY u.change) AS stretch
        FROM (
          SELECT DISTINCT c.change
          FROM pg_temp.recall_step AS s
          CROSS JOIN LATERAL pg_catalog.unnest(s.changes) AS c (change)
        ) AS u
      ) AS m
      GROUP BY m.stretch
    ) AS n
