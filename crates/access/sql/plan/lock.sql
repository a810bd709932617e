-- Whatever happens to a plan or its approval happens one after the other.
SELECT p.id FROM recall_control.plan AS p WHERE p.target = $1 AND p.id = $2 FOR UPDATE
