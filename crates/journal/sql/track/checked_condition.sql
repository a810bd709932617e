-- What the server made of the condition, and what stands against it.
SELECT c.text, c.refusal FROM recall._checked_condition($1, $2, $3) AS c
