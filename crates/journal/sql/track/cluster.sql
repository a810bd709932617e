-- What the capture functions hold of the cluster. The number comes first: it makes sure that the
-- cluster is known.
SELECT recall._tx() AS tx, recall._system() AS system
