SELECT b AS tx FROM recall._committed_between($1, $2, $3, $4) AS b ORDER BY b
