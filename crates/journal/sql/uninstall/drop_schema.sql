-- First what others may have built upon, without CASCADE: a view of the application that reads
-- recall.log must not vanish with it. Then everything else, with the event triggers: they go with their
-- functions, so that nobody need own them.
DROP VIEW IF EXISTS recall.schema_changes;
DROP VIEW IF EXISTS recall.refusals;
DROP VIEW IF EXISTS recall.operations;
DROP VIEW IF EXISTS recall.events;
DROP VIEW IF EXISTS recall.stats;
DROP VIEW IF EXISTS recall.log;
DROP VIEW IF EXISTS recall.unnoticed;
DROP VIEW IF EXISTS recall.tracked;
DROP VIEW IF EXISTS recall._visible_changes, recall._all_changes, recall._own_changes, recall._own_transactions;
DROP TABLE IF EXISTS recall.event;
DROP TABLE IF EXISTS recall.change;
DROP TABLE IF EXISTS recall.refusal, recall.approval, recall.guard, recall.classification, recall.operation, recall.context_source;
DROP TABLE IF EXISTS recall.event;
DROP FUNCTION IF EXISTS recall._shape_of(oid, text[], text[]);
DROP TABLE IF EXISTS recall.shape;
DROP FUNCTION IF EXISTS recall._keep_undo_steps(recall.undo_step[]);
DROP TABLE IF EXISTS recall.undo_step, recall.undo_run, recall.undo;
DROP FUNCTION IF EXISTS recall._pattern_for(oid);
DROP TABLE IF EXISTS recall.schema_change, recall.pattern;
DROP FUNCTION IF EXISTS recall._note_columns_unseen(recall.relation, recall.form, recall.form);
DROP TABLE IF EXISTS recall.form, recall.baseline, recall.baseline_row;
DROP TABLE IF EXISTS recall.checkpoint_policy;
DROP FUNCTION IF EXISTS recall._fitting_checkpoints(integer);
DROP TABLE IF EXISTS recall.checkpoint;
DROP TABLE IF EXISTS recall.gap, recall.paused;
DROP TABLE IF EXISTS recall.transaction;
DROP TABLE IF EXISTS recall.viewer;
DROP TABLE IF EXISTS recall.retention, recall.retention_policy, recall.trimmed;
DROP TABLE IF EXISTS recall.incarnation;
DROP TABLE IF EXISTS recall.relation;
DROP TABLE IF EXISTS recall.setting;
DROP SCHEMA recall CASCADE;
