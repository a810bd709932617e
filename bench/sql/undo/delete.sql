-- All parents, and with them all children.
DELETE FROM public.parent
