(
      (pg_catalog.date_part('epoch', pg_catalog.statement_timestamp()) OPERATOR(pg_catalog.*) 1000000)::pg_catalog.int8
      OPERATOR(pg_catalog.<<) 3 OPERATOR(pg_catalog.|) {code}::pg_catalog.int8
    )
