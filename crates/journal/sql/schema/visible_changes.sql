-- The changes that the current user may see, with their context: what views for readers are made
-- of. Two halves, of which one is always empty, because a single condition with OR would make the
-- server read every change for a viewer too.
CREATE OR REPLACE VIEW recall._visible_changes AS
SELECT a.* FROM recall._all_changes AS a
UNION ALL
SELECT o.* FROM recall._own_changes AS o;

COMMENT ON VIEW recall._visible_changes IS 'Internal: the changes that the current user may see, with their context.';
