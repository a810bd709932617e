-- The journal for people who read it with SQL: whole rows before and after, who and why.
CREATE OR REPLACE VIEW recall.log AS
SELECT
  c.id,
  c.tx,
  c.at,
  CASE c.op WHEN 'I' THEN 'insert' WHEN 'U' THEN 'update' WHEN 'D' THEN 'delete' ELSE 'truncate' END AS op,
  r.qualified_name AS table_name,
  (
    SELECT pg_catalog.jsonb_object_agg(k.name, coalesce(c.old, c.new) -> k.name)
    FROM pg_catalog.unnest(r.key_columns) AS k (name)
  ) AS key,
  c.old,
  CASE c.op WHEN 'U' THEN c.old || c.new ELSE c.new END AS new,
  CASE c.op
    WHEN 'U' THEN (
      SELECT pg_catalog.jsonb_object_agg(
        n.name,
        pg_catalog.jsonb_build_object('from', c.old -> n.name, 'to', n.value)
      )
      FROM pg_catalog.jsonb_each(c.new) AS n (name, value)
    )
  END AS changes,
  t.actor,
  t.actor_email,
  t.tenant,
  t.session,
  t.request,
  t.reason,
  t.database_user,
  t.database_role,
  t.application,
  t.ip,
  t.user_agent,
  t.extra
FROM recall.change AS c
JOIN recall.tracked AS r ON r.id = c.relation
LEFT JOIN recall.transaction AS t ON t.id = c.tx AND t.xid = c.xid;

COMMENT ON VIEW recall.log IS
  'The journal, readable: a row a change, with the whole row before and after, what changed, who and why.';
COMMENT ON COLUMN recall.log.id IS 'The change; ascending per row.';
COMMENT ON COLUMN recall.log.tx IS 'The transaction.';
COMMENT ON COLUMN recall.log.at IS 'When the row was changed.';
COMMENT ON COLUMN recall.log.op IS 'insert, update, delete or truncate.';
COMMENT ON COLUMN recall.log.table_name IS 'The table as it is called today.';
COMMENT ON COLUMN recall.log.key IS 'The values that identify the row; null for a table without a key.';
COMMENT ON COLUMN recall.log.old IS 'The whole row before.';
COMMENT ON COLUMN recall.log.new IS 'The whole row after.';
COMMENT ON COLUMN recall.log.changes IS 'For an update: {"column": {"from": …, "to": …}}.';
COMMENT ON COLUMN recall.log.actor IS 'The application''s user; null, as all that follows, if the change fits no transaction.';
COMMENT ON COLUMN recall.log.extra IS 'Whatever else the application put into the context.';
