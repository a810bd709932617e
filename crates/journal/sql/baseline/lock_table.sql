-- Before the snapshot is taken: a table that somebody truncates or rewrites meanwhile would look empty to it.
-- Nobody who writes waits for this.
LOCK TABLE {table} IN ACCESS SHARE MODE
