-- All rows as they are recorded. The server copies them by itself, whatever their number.
INSERT INTO recall.baseline_row (baseline, image)
SELECT {baseline}, {text} FROM {table} AS r
