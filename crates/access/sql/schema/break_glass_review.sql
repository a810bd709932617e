-- Undos that somebody applied without the approval that the rules ask for. Each must be looked at
-- afterwards by somebody else.
CREATE TABLE recall_control.break_glass_review (
  id        bigint      GENERATED ALWAYS AS IDENTITY,
  target    text        NOT NULL,
  plan      text        NOT NULL,
  used_by   text        NOT NULL,
  used_at   timestamptz NOT NULL DEFAULT now(),
  reason    text        NOT NULL,
  rules     jsonb       NOT NULL,
  due_at    timestamptz NOT NULL,
  closed_by text,
  closed_at timestamptz,
  comment   text,
  CONSTRAINT break_glass_review_pkey PRIMARY KEY (id),
  CONSTRAINT break_glass_review_plan_fkey FOREIGN KEY (plan) REFERENCES recall_control.plan,
  CONSTRAINT break_glass_review_by_another CHECK (closed_by <> used_by),
  CONSTRAINT break_glass_review_closed_with_words CHECK (
    (closed_by IS NULL) = (closed_at IS NULL) AND (closed_by IS NULL) = (comment IS NULL)
  )
);

CREATE INDEX break_glass_review_of_target ON recall_control.break_glass_review (target, id);
CREATE INDEX break_glass_review_open ON recall_control.break_glass_review (used_by) WHERE closed_at IS NULL;

CREATE TRIGGER never_removed
BEFORE DELETE OR TRUNCATE ON recall_control.break_glass_review
FOR EACH STATEMENT EXECUTE FUNCTION recall_control._refuse_change();

COMMENT ON TABLE recall_control.break_glass_review IS 'Undos that were applied without an approval, and who looked at them afterwards.';
COMMENT ON COLUMN recall_control.break_glass_review.rules IS 'The rules that asked for an approval, in words.';
COMMENT ON COLUMN recall_control.break_glass_review.due_at IS 'While it is open after this, who used it may not do so again.';
