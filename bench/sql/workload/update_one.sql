-- Three of twelve columns change, as in applications, where most of a row stays.
UPDATE public.item
SET price = price + 1, quantity = quantity + 1, changed_at = now()
WHERE id = $1;
