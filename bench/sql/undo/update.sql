-- The WHERE was forgotten.
UPDATE public.child SET amount = 0, state = 'cancelled'
