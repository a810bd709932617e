-- Sessions get numbers, by which they are listed and ended without showing what lets somebody in.
-- They are over after a while without use, too; and one may wait for the second factor, with which
-- nothing can be done before.
ALTER TABLE recall_control.session
  ADD COLUMN id                   bigint  GENERATED ALWAYS AS IDENTITY,
  ADD COLUMN idle_minutes         integer NOT NULL DEFAULT 120,
  ADD COLUMN awaits_second_factor boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT session_id_key UNIQUE (id);

COMMENT ON COLUMN recall_control.session.id IS 'Its number.';
COMMENT ON COLUMN recall_control.session.idle_minutes IS 'After how many minutes without use it is over.';
COMMENT ON COLUMN recall_control.session.awaits_second_factor IS 'Whether a second factor is still to be shown.';
