-- Notices of reviews that are due within a day, once each.
INSERT INTO recall_control.notice (event, topic, target, subject, details)
SELECT
  'review:' || r.id, 'review.due', r.target, r.id::text,
  jsonb_build_object('plan', r.plan, 'used_by', r.used_by, 'due_at', r.due_at)
FROM recall_control.break_glass_review AS r
WHERE r.closed_at IS NULL AND r.due_at < now() + interval '1 day'
ON CONFLICT (event) DO NOTHING
