SELECT * FROM public.purchase WHERE id = 4711
