-- The rows of a table as they were at a moment from which on nothing of it was changed until a checkpoint: those
-- of the copy. Columns go by their places.
SELECT {live_values} FROM {live_table} AS r
