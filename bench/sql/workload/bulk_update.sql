-- All rows in one statement; three of twelve columns change.
UPDATE public.bulk_item
SET price = price + 1, quantity = quantity + 1, changed_at = now();
