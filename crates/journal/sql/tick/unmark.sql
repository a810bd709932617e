SELECT recall.unmark($1) AS was_there
