-- What an application says at the beginning of each transaction.
SELECT recall.set_context($1)
