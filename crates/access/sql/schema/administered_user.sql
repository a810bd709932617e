-- What administrators change of a user: from where it may ask, and a number by which one who changes
-- it notices that somebody else did so meanwhile.
ALTER TABLE recall_control.user_account
  ADD COLUMN version    integer NOT NULL DEFAULT 1,
  ADD COLUMN allow_from cidr[]  NOT NULL DEFAULT '{}';

COMMENT ON COLUMN recall_control.user_account.version IS 'Counts the changes that administrators made.';
COMMENT ON COLUMN recall_control.user_account.allow_from IS 'The networks from which the user may ask; empty for all.';
