-- Its rows of then.
INSERT INTO {table} ({names})
SELECT {names} FROM ({rows}) AS r
