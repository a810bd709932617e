-- Others cannot reach the temporary table of a session, whatever is granted; the tables' owner, as whom
-- this session is going to work, must.
GRANT SELECT ON pg_temp.recall_step TO PUBLIC
