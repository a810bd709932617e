-- What there are notices of, and who may get them: the one place that says so. Who has a role of
-- `readers` for the target of a notice may subscribe; who has one of `default_roles` gets it unasked,
-- and so does whom it concerns where `tells_concerned` says so. Nobody is told of their own deeds,
-- unless `own_deeds` says that somebody else may have done them in their name.
CREATE TABLE recall_control.topic (
  name            text    NOT NULL,
  readers         text[]  NOT NULL,
  default_roles   text[]  NOT NULL,
  tells_concerned boolean NOT NULL,
  own_deeds       boolean NOT NULL,
  CONSTRAINT topic_pkey PRIMARY KEY (name)
);

INSERT INTO recall_control.topic (name, readers, default_roles, tells_concerned, own_deeds)
VALUES
  ('approval.asked', '{auditor,operator,approver,administrator}', '{approver}', false, false),
  ('approval.decided', '{auditor,operator,approver,administrator}', '{}', true, false),
  ('approval.expired', '{auditor,operator,approver,administrator}', '{}', true, false),
  ('undo.applied', '{auditor,operator,approver,administrator}', '{}', true, false),
  ('undo.failed', '{auditor,operator,approver,administrator}', '{}', true, false),
  ('break_glass', '{auditor,operator,approver,administrator}', '{administrator}', false, false),
  ('review.due', '{auditor,approver,administrator}', '{approver,administrator}', false, false),
  ('sign_in.new_place', '{}', '{}', true, true),
  ('bulk_change', '{viewer,auditor,operator,approver,administrator}', '{}', false, false),
  ('gap', '{viewer,auditor,operator,approver,administrator}', '{}', false, false),
  ('test', '{}', '{}', false, false);

COMMENT ON TABLE recall_control.topic IS 'What there are notices of, and who may get them.';
COMMENT ON COLUMN recall_control.topic.readers IS 'The roles that may subscribe.';
COMMENT ON COLUMN recall_control.topic.default_roles IS 'The roles that get it unasked.';
COMMENT ON COLUMN recall_control.topic.tells_concerned IS 'Whether whom it concerns gets it unasked.';
COMMENT ON COLUMN recall_control.topic.own_deeds IS 'Whether somebody is told of what was done in their own name.';
