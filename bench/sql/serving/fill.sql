-- So many changes that were made before.
INSERT INTO public.item (id, name, price)
SELECT i + coalesce((SELECT max(t.id) FROM public.item AS t), 0), 'a name of a usual length', i
FROM generate_series(1, $1::bigint) AS i
