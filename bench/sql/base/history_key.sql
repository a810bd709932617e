-- Gives the one table of pgbench that has no key a key, for every system and for no capture alike:
-- some peers refuse tables without one, and all have to record the same tables.
ALTER TABLE public.pgbench_history
  ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
