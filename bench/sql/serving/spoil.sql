-- Changes a record, and tells a moment before that.
UPDATE public.item SET price = price + 1 WHERE id = 4711
RETURNING (now() - interval '1 microsecond')::text AS before
