-- All rows in one statement.
DELETE FROM public.bulk_item;
