SELECT count(*), sum(amount), max(label), max(state) FROM public.purchase
