-- What operators ask others to approve: one plan, exactly as it was previewed. What became of it is
-- kept for good; only how far it has come changes.
CREATE TABLE recall_control.approval (
  id            bigint      GENERATED ALWAYS AS IDENTITY,
  target        text        NOT NULL,
  plan          text        NOT NULL,
  hash          text        NOT NULL,
  status        text        NOT NULL DEFAULT 'requested',
  reason        text        NOT NULL,
  requested_by  text        NOT NULL,
  requested_at  timestamptz NOT NULL DEFAULT now(),
  approvers     integer     NOT NULL,
  second_factor boolean     NOT NULL,
  rules         jsonb       NOT NULL,
  expires_at    timestamptz NOT NULL,
  approved_at   timestamptz,
  settled_at    timestamptz,
  version       integer     NOT NULL DEFAULT 1,
  CONSTRAINT approval_pkey PRIMARY KEY (id),
  CONSTRAINT approval_plan_fkey FOREIGN KEY (plan) REFERENCES recall_control.plan,
  CONSTRAINT approval_status_known CHECK (
    status IN ('requested', 'approved', 'rejected', 'expired', 'cancelled', 'outdated', 'applying', 'applied', 'failed')
  ),
  CONSTRAINT approval_by_somebody CHECK (approvers > 0),
  CONSTRAINT approval_settled_at_some_time CHECK ((status IN ('requested', 'approved', 'applying')) = (settled_at IS NULL))
);

-- A plan has one at a time.
CREATE UNIQUE INDEX approval_under_way ON recall_control.approval (plan) WHERE status IN ('requested', 'approved', 'applying');
CREATE INDEX approval_of_plan ON recall_control.approval (plan, id);
CREATE INDEX approval_of_target ON recall_control.approval (target, id);

CREATE TRIGGER never_removed
BEFORE DELETE OR TRUNCATE ON recall_control.approval
FOR EACH STATEMENT EXECUTE FUNCTION recall_control._refuse_change();

COMMENT ON TABLE recall_control.approval IS 'Plans that somebody else is to approve.';
COMMENT ON COLUMN recall_control.approval.hash IS 'The hash of the plan that is approved; no other one may be applied.';
COMMENT ON COLUMN recall_control.approval.status IS 'How far it has come: requested, approved, applying; or how it ended.';
COMMENT ON COLUMN recall_control.approval.approvers IS 'How many users must approve.';
COMMENT ON COLUMN recall_control.approval.second_factor IS 'Whether they and who applies must show a second factor.';
COMMENT ON COLUMN recall_control.approval.rules IS 'The rules that asked for it, in words.';
COMMENT ON COLUMN recall_control.approval.expires_at IS 'Until when it can be decided; once approved, until when it can be applied.';
COMMENT ON COLUMN recall_control.approval.settled_at IS 'When it ended.';
COMMENT ON COLUMN recall_control.approval.version IS 'Counts its changes.';
