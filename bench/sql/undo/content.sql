-- Every row of both tables, in short.
SELECT pg_catalog.concat_ws(
  ' ',
  (SELECT pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(p.*), 0)) FROM public.parent AS p),
  (SELECT pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(c.*), 0)) FROM public.child AS c)
)
