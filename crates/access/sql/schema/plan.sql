-- Plans to take changes back, between being made and being applied. The steps are not kept: a plan is
-- made again before it is applied, and must have the same hash.
CREATE TABLE recall_control.plan (
  id           text        NOT NULL,
  target       text        NOT NULL,
  hash         text        NOT NULL,
  request      jsonb       NOT NULL,
  rows         jsonb       NOT NULL,
  conflicts    integer     NOT NULL,
  reason       text,
  status       text        NOT NULL DEFAULT 'planned',
  created_by   text        NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  previewed_at timestamptz,
  claimed_by   text,
  claimed_at   timestamptz,
  apply_key    text,
  applied_at   timestamptz,
  applied_tx   bigint,
  CONSTRAINT plan_pkey PRIMARY KEY (id),
  CONSTRAINT plan_status_known CHECK (status IN ('planned', 'previewed', 'applying', 'applied', 'failed')),
  CONSTRAINT plan_applied_at_some_time CHECK ((status = 'applied') = (applied_at IS NOT NULL)),
  CONSTRAINT plan_claimed_by_somebody CHECK (status <> 'applying' OR (claimed_by IS NOT NULL AND claimed_at IS NOT NULL))
);

CREATE INDEX plan_created ON recall_control.plan (target, created_at);

COMMENT ON TABLE recall_control.plan IS 'Plans to take changes back.';
COMMENT ON COLUMN recall_control.plan.hash IS 'SHA-256 of what is selected and of all steps.';
COMMENT ON COLUMN recall_control.plan.request IS 'What is selected, and what is done about conflicts.';
COMMENT ON COLUMN recall_control.plan.rows IS 'How many rows of which tables.';
COMMENT ON COLUMN recall_control.plan.apply_key IS 'The idempotency key with which it was applied.';
COMMENT ON COLUMN recall_control.plan.applied_tx IS 'The transaction in the journal of the target.';
