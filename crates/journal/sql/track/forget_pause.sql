-- A table that is tracked anew, or no longer, is not paused.
DELETE FROM recall.paused WHERE relation = $1
