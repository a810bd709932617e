-- Whether no policy hides rows of the table from this user.
SELECT NOT pg_catalog.row_security_active($1::oid)
