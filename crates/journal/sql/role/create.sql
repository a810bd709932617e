-- The roles through which others get access to the journal. They belong to the whole server, so
-- another database may have made them; the comment tells ours from those of somebody else.
-- The first grant locks the role until the end of the transaction: the uninstallation in another
-- database, which might be dropping it right now, then finds it in use.
--
-- Whoever may not create roles goes on without; a role that is there is used.
DO $block$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT w.role, w.comment
    FROM (
      VALUES
        ('recall_admin', 'pgRecall: reads the whole journal, and manages viewers and retention'),
        ('recall_auditor', 'pgRecall: reads the whole journal'),
        ('recall_viewer', 'pgRecall: reads the part of the journal that recall.grant_viewer() says')
    ) AS w (role, comment)
  LOOP
    FOR attempt IN 1 .. 5 LOOP
      BEGIN
        IF pg_catalog.to_regrole(wanted.role) IS NULL THEN
          EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', wanted.role);
          EXECUTE pg_catalog.format('COMMENT ON ROLE %I IS %L', wanted.role, wanted.comment);
        END IF;
        IF NOT EXISTS (
          SELECT
          FROM pg_catalog.pg_namespace AS n
          CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) AS a
          WHERE n.nspname = 'recall' AND a.grantee = pg_catalog.to_regrole(wanted.role)
        ) THEN
          EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA recall TO %I', wanted.role);
        END IF;
        EXIT;
      EXCEPTION
        WHEN insufficient_privilege THEN
          EXIT;
        WHEN duplicate_object OR unique_violation OR undefined_object OR internal_error THEN
          -- Another database was quicker, to make it or to drop it.
          NULL;
      END;
    END LOOP;
  END LOOP;
END
$block$
