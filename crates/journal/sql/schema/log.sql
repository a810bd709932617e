-- The journal for people who read it with SQL: whole rows before and after, who and why,
-- of the changes that the reader may see.
CREATE OR REPLACE VIEW recall.log AS
SELECT
  c.id,
  c.tx,
  c.at,
  CASE c.op WHEN 'I' THEN 'insert' WHEN 'U' THEN 'update' WHEN 'D' THEN 'delete' ELSE 'truncate' END AS op,
  r.qualified_name AS table_name,
  (
    SELECT pg_catalog.jsonb_object_agg(k.name, recall._decode(c.shape, coalesce(c.old, c.new)) -> k.name)
    FROM pg_catalog.unnest(r.key_columns) AS k (name)
  ) AS key,
  recall._decode(c.shape, c.old) AS old,
  recall._decode(c.shape, c.new) AS new,
  CASE c.op
    WHEN 'U' THEN (
      SELECT pg_catalog.jsonb_object_agg(
        n.name,
        pg_catalog.jsonb_build_object('from', o.old -> n.name, 'to', n.value)
      )
      FROM (SELECT recall._decode(c.shape, c.old) AS old OFFSET 0) AS o
      CROSS JOIN LATERAL pg_catalog.jsonb_each(recall._decode(c.shape, c.new)) AS n (name, value)
      WHERE (o.old -> n.name)::text IS DISTINCT FROM n.value::text
    )
  END AS changes,
  c.actor,
  c.actor_email,
  c.tenant,
  c.session,
  c.request,
  c.reason,
  c.database_user,
  c.database_role,
  c.application,
  c.ip,
  c.user_agent,
  c.extra
FROM recall._visible_changes AS c
JOIN recall.tracked AS r ON r.id = c.relation;

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
COMMENT ON COLUMN recall.log.actor IS 'The application''s user.';
COMMENT ON COLUMN recall.log.extra IS 'Whatever else the application put into the context.';
