-- One row by its key.
DELETE FROM public.item
WHERE id = $1;
