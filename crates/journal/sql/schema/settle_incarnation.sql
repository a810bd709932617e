-- The first incarnation, or a new one where the journal came here from another cluster.
SELECT recall._tx()
