-- First what others may have built upon, without CASCADE: a view of the application that reads
-- recall.log must not vanish with it. Then everything else.
DROP VIEW IF EXISTS recall.stats;
DROP VIEW IF EXISTS recall.log;
DROP VIEW IF EXISTS recall.tracked;
DROP TABLE IF EXISTS recall.change;
DROP TABLE IF EXISTS recall.undo;
DROP TABLE IF EXISTS recall.gap;
DROP TABLE IF EXISTS recall.transaction;
DROP TABLE IF EXISTS recall.incarnation;
DROP TABLE IF EXISTS recall.relation;
DROP TABLE IF EXISTS recall.setting;
DROP SCHEMA recall CASCADE;
