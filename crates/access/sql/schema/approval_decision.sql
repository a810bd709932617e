-- Who approved or rejected what. Nobody decides twice about the same, and nothing is taken back: who
-- changes their mind says so to the one who applies.
CREATE TABLE recall_control.approval_decision (
  approval      bigint      NOT NULL,
  decided_by    text        NOT NULL,
  decision      text        NOT NULL,
  comment       text,
  second_factor text,
  decided_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT approval_decision_pkey PRIMARY KEY (approval, decided_by),
  CONSTRAINT approval_decision_approval_fkey FOREIGN KEY (approval) REFERENCES recall_control.approval,
  CONSTRAINT approval_decision_known CHECK (decision IN ('approved', 'rejected'))
);

CREATE TRIGGER only_added_to
BEFORE UPDATE OR DELETE OR TRUNCATE ON recall_control.approval_decision
FOR EACH STATEMENT EXECUTE FUNCTION recall_control._refuse_change();

COMMENT ON TABLE recall_control.approval_decision IS 'Who approved or rejected what; only ever added to.';
COMMENT ON COLUMN recall_control.approval_decision.second_factor IS 'What was shown besides being signed in: totp or recovery code; null where nothing was.';
