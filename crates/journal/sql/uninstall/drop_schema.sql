-- First what others may have built upon, without CASCADE: a view of the application that reads
-- recall.log must not vanish with it. Then everything else.
DROP VIEW IF EXISTS recall.stats, recall.log, recall.tracked;
DROP TABLE IF EXISTS recall.change, recall.undo, recall.gap, recall.transaction, recall.incarnation, recall.relation, recall.setting;
DROP SCHEMA recall CASCADE;
