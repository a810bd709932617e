-- From where a program may ask, in addition to what holds for its user.
ALTER TABLE recall_control.token ADD COLUMN allow_from cidr[] NOT NULL DEFAULT '{}';

COMMENT ON COLUMN recall_control.token.allow_from IS 'The networks from which the token may be used; empty for all.';
