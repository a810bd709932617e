-- One snapshot for all that is read, and no way for a condition of the user's to change anything.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY
