-- Before the snapshot is taken: a month that retention empties would look empty to an older snapshot
-- too, and the answer would be silently wrong.
LOCK TABLE recall.retention IN ACCESS SHARE MODE
