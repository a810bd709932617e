-- A change of one row before that of all: what plans statements in triggers for one row and keeps
-- the plan is found out by the next statement.
UPDATE public.bulk_item
SET price = price + 1, quantity = quantity + 1, changed_at = now()
WHERE id = 1;
