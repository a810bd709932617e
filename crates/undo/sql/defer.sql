-- No order satisfies every foreign key row by row: those that can wait are checked at the end.
SET CONSTRAINTS ALL DEFERRED
