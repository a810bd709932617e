-- Who may do what with the objects of the journal: what stands here, and nothing else, because
-- default privileges of the database may have opened to others what was just made. Only what
-- differs is touched, so that two who track tables at once do not collide.
DO $block$
DECLARE
  -- What applications call.
  for_all     CONSTANT text[] := ARRAY[
    'set_context', 'set_session_context', 'set_actor', 'set_tenant', 'set_reason', '_set_context', '_context',
    '_reads_everything', '_given_context', '_found_context', '_limited_context', '_address', '_url_decoded',
    '_source', '_scalar', '_statement_comment', '_comment_pairs', '_ends_in_line_comment',
    'log_action', 'track_operation', 'complete_operation',
    -- What they make of an image is in the image: whoever may read one may decode it.
    '_decode', '_image', '_whole', '_patched', '_fields', '_unknown',
    -- An undo with the rights of a table's owner compares rows by them.
    '_key', '_hash'
  ];
  for_admin   CONSTANT text[] := ARRAY[
    'grant_viewer', 'revoke_viewer', 'keep', '_keep', 'maintain', '_cutoffs', '_retention_plan', '_remove_month',
    '_remove_changes', '_remove_transactions', '_drop_empty_months', 'horizon', 'approve', 'confirm_second_factor', '_collect_refusals', '_recent_refusals',
    '_has_its_shape', '_record_undo', '_begin_undo_run', '_keep_undo_steps', '_advance_undo_run', '_drop_undo_run',
    'pause', 'resume', '_pause', '_resume',
    '_fitting_checkpoints', '_readable_checkpoints', '_drop_checkpoints', '_drop_old_checkpoints', '_checkpoint_every',
    'tick', 'mark', 'unmark', '_committed_between', '_commit_time', '_system', '_columns_of',
    'as_of', '_as_of', '_boundary', '_check_past', '_no_past', '_still_known', '_pinned_image', 'enter', 'leave'
  ];
  for_readers CONSTANT text[] := ARRAY[
    'horizon', '_has_its_shape', '_readable_checkpoints', '_committed_between', '_commit_time', '_system', '_columns_of',
    'as_of', '_as_of', '_boundary', '_check_past', '_no_past', '_still_known', '_pinned_image', 'enter', 'leave'
  ];
  -- Views that show everybody only what they may see.
  for_viewers CONSTANT text[] := ARRAY['log', 'stats', 'tracked', 'events', 'unnoticed'];
  step        text;
BEGIN
  FOR step IN
    WITH role AS (
      SELECT 0::oid AS oid, 'everybody' AS name
      UNION ALL
      SELECT r.oid, substring(r.rolname FROM '^recall_(.*)')
      FROM pg_catalog.pg_roles AS r
      WHERE r.rolname IN ('recall_admin', 'recall_auditor', 'recall_viewer')
    ),
    object AS (
      SELECT
        CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, c.oid::regclass::text AS text,
        c.relname AS name, c.relowner AS owner, c.relacl AS acl, c.oid,
        c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition AS readable,
        c.relkind = 'v' AS view
      FROM pg_catalog.pg_class AS c
      WHERE c.relnamespace = 'recall'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
      UNION ALL
      SELECT 'ROUTINE', p.oid::regprocedure::text, p.proname, p.proowner,
        coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner)), p.oid, false, false
      FROM pg_catalog.pg_proc AS p
      WHERE p.pronamespace = 'recall'::regnamespace
    ),
    wanted AS (
      SELECT o.kind, o.text, r.oid AS grantee, CASE o.kind WHEN 'ROUTINE' THEN 'EXECUTE' ELSE 'SELECT' END AS privilege
      FROM object AS o
      CROSS JOIN role AS r
      WHERE CASE
        WHEN o.kind = 'ROUTINE' THEN
          (r.name = 'everybody' AND o.name = ANY (for_all))
          OR (r.name = 'admin' AND o.name = ANY (for_admin))
          OR (r.name IN ('auditor', 'viewer') AND o.name = ANY (for_readers))
          OR (r.name = 'auditor' AND o.name IN ('_recent_refusals', '_fitting_checkpoints'))
        WHEN NOT o.readable THEN false
        -- A copy of a checkpoint has rows that nobody ever changed.
        WHEN o.name ~ '^checkpoint_[0-9]+$' THEN r.name = 'admin'
        WHEN r.name IN ('admin', 'auditor') THEN o.name <> 'approval' AND o.name NOT LIKE '\_%'
        -- A view runs with its owner's rights: it must be made of what it may show.
        WHEN r.name = 'viewer' AND o.view THEN
          o.name = ANY (for_viewers)
          AND (o.name IN ('tracked', 'unnoticed') OR pg_catalog.pg_get_viewdef(o.oid) ~ '_visible_changes|_own_transactions')
        WHEN r.name = 'viewer' THEN
          -- `undo` is open to viewers by column.
          o.name <> 'undo'
          AND EXISTS (SELECT FROM pg_catalog.pg_policy AS p WHERE p.polrelid = o.oid AND r.oid = ANY (p.polroles))
      END
    ),
    given AS (
      SELECT o.kind, o.text, a.grantee, a.privilege_type AS privilege
      FROM object AS o
      CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) AS a
      WHERE a.grantee <> o.owner
    ),
    difference AS (
      SELECT 'REVOKE %s ON %s %s FROM %s' AS command, g.* FROM (SELECT * FROM given EXCEPT SELECT * FROM wanted) AS g
      UNION ALL
      SELECT 'GRANT %s ON %s %s TO %s', w.* FROM (SELECT * FROM wanted EXCEPT SELECT * FROM given) AS w
    )
    SELECT pg_catalog.format(
      d.command, d.privilege, d.kind, d.text,
      CASE d.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(d.grantee)) END
    )
    FROM difference AS d
  LOOP
    EXECUTE step;
  END LOOP;
  IF pg_catalog.to_regrole('recall_viewer') IS NOT NULL
    AND NOT pg_catalog.has_column_privilege('recall_viewer', 'recall.undo', 'reverses', 'SELECT')
  THEN
    GRANT SELECT (tx, reverses) ON recall.undo TO recall_viewer;
  END IF;
END
$block$;
