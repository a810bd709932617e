-- What this session knows of its current transaction; only currval() of them means anything, and
-- nobody but the journal's own functions may set them.
CREATE SEQUENCE IF NOT EXISTS recall.noted_xid CACHE 1;
CREATE SEQUENCE IF NOT EXISTS recall.noted_tx CACHE 1;

COMMENT ON SEQUENCE recall.noted_xid IS 'Internal: per session, the xid of the transaction that was noted last.';
COMMENT ON SEQUENCE recall.noted_tx IS 'Internal: per session, its number in recall.transaction.';
