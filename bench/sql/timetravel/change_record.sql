-- So that there is something to take back.
UPDATE public.purchase SET amount = amount + 1 WHERE id = 4711
