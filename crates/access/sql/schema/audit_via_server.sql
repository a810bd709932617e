-- The server now does something by itself: it ends approvals whose time is over.
COMMENT ON COLUMN recall_control.audit.via IS 'session, token N, command line, server (by itself), or nobody.';
