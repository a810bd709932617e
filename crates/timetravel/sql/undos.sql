-- Which of these transactions were undos, and what they took back.
SELECT u.tx, u.reverses FROM recall.undo AS u WHERE u.tx = ANY ($1)
