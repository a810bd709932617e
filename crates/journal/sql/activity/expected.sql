-- About how many changes lie within these limits, as the planner expects; EXPLAIN takes no parameters.
EXPLAIN (FORMAT JSON)
SELECT FROM recall.change AS c {made_by}
WHERE c.at >= {since}::timestamptz AND c.at < {until}::timestamptz AND c.tx > {after} AND c.tx <= {up_to}
