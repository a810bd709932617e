-- What pgRecall itself keeps, apart from any journal: it may lie in a database of its own. Nobody
-- but its owner reads it, because it holds hashes of passwords and the secrets of second factors.
CREATE SCHEMA recall_control;
REVOKE ALL ON SCHEMA recall_control FROM PUBLIC;
COMMENT ON SCHEMA recall_control IS 'pgRecall''s own state: users, roles, sessions, tokens, plans, and what they did.';
