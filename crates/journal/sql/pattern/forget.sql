-- What is said last decides, so a pattern that is said again begins anew.
DELETE FROM recall.pattern WHERE text = $1
