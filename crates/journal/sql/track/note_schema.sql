-- What became of the table while nobody looked.
SELECT recall._note_schema($1, NULL)
