-- Ends those whose time is over, and writes it down with that.
WITH expired AS (
  UPDATE recall_control.approval SET status = 'expired', settled_at = now(), version = version + 1
  WHERE status IN ('requested', 'approved') AND expires_at <= now()
  RETURNING id, target, plan, requested_by, approved_at
)
INSERT INTO recall_control.audit (via, action, outcome, target, subject, details)
SELECT
  'server', 'approval.expire', 'done', e.target, e.id::text,
  jsonb_build_object('plan', e.plan, 'requested_by', e.requested_by, 'approved', e.approved_at IS NOT NULL)
FROM expired AS e
