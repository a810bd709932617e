-- Whoever upgrades a journal may be somebody else than its owner; everything in it is the owner's, or
-- the capture functions, which run with the owner's rights, could not use it.
DO $block$
DECLARE
  owner CONSTANT name := (SELECT pg_get_userbyid(n.nspowner) FROM pg_namespace AS n WHERE n.nspname = 'recall');
  step  text;
BEGIN
  FOR step IN
    SELECT format(
      'ALTER %s %s OWNER TO %I',
      CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END,
      c.oid::regclass, owner
    )
    FROM pg_class AS c
    WHERE c.relnamespace = 'recall'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S', 'c')
      AND pg_get_userbyid(c.relowner) <> owner
      -- A sequence of a column goes with its table.
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, owner)
    FROM pg_proc AS p
    WHERE p.pronamespace = 'recall'::regnamespace AND pg_get_userbyid(p.proowner) <> owner
  LOOP
    EXECUTE step;
  END LOOP;
END
$block$
