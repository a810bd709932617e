SELECT recall.mark($1, $2) AS tick
