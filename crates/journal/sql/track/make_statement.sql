-- What tells the triggers of a table for rows, in each session, whether one for the statement follows.
-- Nobody reads or sets it but their functions.
CREATE SEQUENCE IF NOT EXISTS recall.statement_{relation} MINVALUE 0 START 0;
ALTER SEQUENCE recall.statement_{relation} OWNER TO {owner}
