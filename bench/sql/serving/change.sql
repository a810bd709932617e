INSERT INTO public.item (id, name, price) VALUES ($1, 'a name of a usual length', 1)
