-- Who approves a plan wants to see what came of it when it was tried; the version tells whoever
-- changes a plan whether it is still what they saw.
ALTER TABLE recall_control.plan
  ADD COLUMN effects jsonb,
  ADD COLUMN version integer NOT NULL DEFAULT 1;

COMMENT ON COLUMN recall_control.plan.effects IS 'What it came to when it was last tried; no values of rows.';
COMMENT ON COLUMN recall_control.plan.version IS 'Counts its changes.';
