-- The rights of the tables' owner hold from here on, until RESET ROLE or the end of the transaction.
SET ROLE {owner}
