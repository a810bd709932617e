SELECT p.name FROM recall._resume(ARRAY[$1]::integer[]) AS p (name)
