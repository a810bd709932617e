-- Functions that were made anew while their table is paused.
SELECT recall._silence($1)
