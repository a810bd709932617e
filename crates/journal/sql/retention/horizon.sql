SELECT h.tx, h.at FROM recall.horizon($1) AS h
