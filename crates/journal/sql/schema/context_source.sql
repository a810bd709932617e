-- Where the context is found when the application does not call recall.set_context(): which claim,
-- header, setting or comment feeds which key. A row that is added, changed or removed takes effect
-- with the next transaction: recall._context() is written anew, so that reading this table costs
-- no transaction anything.
CREATE TABLE IF NOT EXISTS recall.context_source (
  position integer NOT NULL,
  source   text    NOT NULL,
  name     text    NOT NULL DEFAULT '',
  key      text    NOT NULL,
  CONSTRAINT context_source_pkey PRIMARY KEY (key, source, name),
  CONSTRAINT context_source_is_custom CHECK (source = 'comment' OR source ~ '^[A-Za-z_][^.]*[.].'),
  CONSTRAINT context_source_comment_has_name CHECK (source <> 'comment' OR name <> ''),
  CONSTRAINT context_source_key_given CHECK (key <> '' AND length(key) <= 100)
);

COMMENT ON TABLE recall.context_source IS
  'Which claim, header, setting or SQL comment feeds which key of the context. What recall.set_context() says goes first.';
COMMENT ON COLUMN recall.context_source.position IS 
  'The order: sources by their lowest position, names of one source by their own. The first value wins, for each key.';
COMMENT ON COLUMN recall.context_source.source IS
  'A setting such as request.jwt.claims, or comment for a sqlcommenter comment of the statement.';
COMMENT ON COLUMN recall.context_source.name IS
  'The key within it, parts of a path separated by dots; empty: the value of the setting as it is.';
COMMENT ON COLUMN recall.context_source.key IS
  'The key of the context: actor, actor_email, tenant, session, request, reason, application, ip, user_agent, or any other.';
COMMENT ON CONSTRAINT context_source_is_custom ON recall.context_source IS
  'Settings of the server itself may be forbidden to read, and then every write would fail.';

-- Once, so that a row that somebody took out does not come back with an upgrade.
INSERT INTO recall.context_source (position, source, name, key)
SELECT d.position, d.source, d.name, d.key
FROM (
  VALUES
    -- PostgREST and Supabase: claims that PostgREST has verified.
    (100, 'request.jwt.claims', 'sub', 'actor'),
    (101, 'request.jwt.claims', 'email', 'actor_email'),
    (102, 'request.jwt.claims', 'app_metadata.tenant_id', 'tenant'),
    (103, 'request.jwt.claims', 'app_metadata.org_id', 'tenant'),
    (104, 'request.jwt.claims', 'tenant_id', 'tenant'),
    (105, 'request.jwt.claims', 'tenant', 'tenant'),
    (106, 'request.jwt.claims', 'org_id', 'tenant'),
    (107, 'request.jwt.claims', 'session_id', 'session'),
    (108, 'request.jwt.claims', 'role', 'role'),
    -- PostgREST before version 9, and later ones on PostgreSQL 13: it cannot set them on later
    -- servers. There only the first is looked for, which people set by hand: to ask for each costs every
    -- transaction.
    (200, 'request.jwt.claim.sub', '', 'actor'),
    (201, 'request.jwt.claim.email', '', 'actor_email'),
    (202, 'request.jwt.claim.tenant_id', '', 'tenant'),
    (203, 'request.jwt.claim.session_id', '', 'session'),
    (204, 'request.jwt.claim.role', '', 'role'),
    -- Headers of the request, as its sender gave them.
    (300, 'request.headers', 'x-forwarded-for', 'ip'),
    (301, 'request.headers', 'cf-connecting-ip', 'ip'),
    (302, 'request.headers', 'x-real-ip', 'ip'),
    (303, 'request.headers', 'user-agent', 'user_agent'),
    (304, 'request.headers', 'x-request-id', 'request'),
    (305, 'request.headers', 'x-client-info', 'application'),
    -- Hasura: session variables.
    (400, 'hasura.user', 'x-hasura-user-id', 'actor'),
    (401, 'hasura.user', 'x-hasura-user-email', 'actor_email'),
    (402, 'hasura.user', 'x-hasura-tenant-id', 'tenant'),
    (403, 'hasura.user', 'x-hasura-org-id', 'tenant'),
    (404, 'hasura.user', 'x-hasura-session-id', 'session'),
    (405, 'hasura.user', 'x-hasura-request-id', 'request'),
    (406, 'hasura.user', 'x-hasura-role', 'role'),
    -- sqlcommenter: https://google.github.io/sqlcommenter/spec/
    (500, 'comment', 'actor', 'actor'),
    (501, 'comment', 'user_id', 'actor'),
    (502, 'comment', 'actor_email', 'actor_email'),
    (503, 'comment', 'tenant', 'tenant'),
    (504, 'comment', 'tenant_id', 'tenant'),
    (505, 'comment', 'session', 'session'),
    (506, 'comment', 'session_id', 'session'),
    (507, 'comment', 'request', 'request'),
    (508, 'comment', 'request_id', 'request'),
    (509, 'comment', 'reason', 'reason'),
    (510, 'comment', 'application', 'application'),
    (511, 'comment', 'traceparent', 'traceparent'),
    (512, 'comment', 'tracestate', 'tracestate'),
    (513, 'comment', 'framework', 'framework'),
    (514, 'comment', 'controller', 'controller'),
    (515, 'comment', 'action', 'action'),
    (516, 'comment', 'route', 'route'),
    (517, 'comment', 'db_driver', 'db_driver'),
    (518, 'comment', 'job', 'job')
) AS d (position, source, name, key)
WHERE NOT EXISTS (SELECT FROM recall.context_source)
  AND (
    pg_catalog.current_setting('server_version_num')::integer < 140000
    OR d.position NOT BETWEEN 201 AND 204
  );
