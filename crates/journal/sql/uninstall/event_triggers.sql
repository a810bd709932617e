-- The journal stays, but nothing is looked after from here on. Event triggers that belong to somebody
-- else stay, too: without patterns and tracked tables they do nothing.
DO $block$
BEGIN
  DELETE FROM recall.pattern;
  DROP EVENT TRIGGER IF EXISTS recall_ddl;
  DROP EVENT TRIGGER IF EXISTS recall_drop;
  DROP EVENT TRIGGER IF EXISTS recall_check_drop;
EXCEPTION WHEN insufficient_privilege THEN
  DELETE FROM recall.pattern;
END
$block$
