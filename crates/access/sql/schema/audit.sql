-- What was done with pgRecall itself, and what was refused. It is only ever added to.
CREATE TABLE recall_control.audit (
  id      bigint      GENERATED ALWAYS AS IDENTITY,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor   text,
  via     text        NOT NULL,
  action  text        NOT NULL,
  outcome text        NOT NULL,
  target  text,
  subject text,
  details jsonb       NOT NULL DEFAULT '{}',
  ip      text,
  request text,
  CONSTRAINT audit_pkey PRIMARY KEY (id),
  CONSTRAINT audit_outcome_known CHECK (outcome IN ('done', 'refused', 'failed'))
);

COMMENT ON TABLE recall_control.audit IS 'What was done with pgRecall itself; only ever added to.';
COMMENT ON COLUMN recall_control.audit.actor IS 'The user, where one is known.';
COMMENT ON COLUMN recall_control.audit.via IS 'session, token N, command line, or nobody.';
COMMENT ON COLUMN recall_control.audit.subject IS 'What it was done to: a user, a token, a plan.';
COMMENT ON COLUMN recall_control.audit.details IS 'What else there is to know; never values of rows.';
