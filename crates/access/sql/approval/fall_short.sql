-- Ends what somebody had approved and nobody has applied yet, where too few are left who may approve it.
UPDATE recall_control.approval AS a
SET status = 'outdated', settled_at = now(), version = version + 1
WHERE a.status = 'approved'
  AND EXISTS (
    SELECT FROM recall_control.approval_decision AS d WHERE d.approval = a.id AND d.decided_by = $1
  )
  AND a.approvers > (
    SELECT count(*)
    FROM recall_control.approval_decision AS d
    WHERE d.approval = a.id AND d.decision = 'approved' AND recall_control._may_approve(d.decided_by, a.target)
  )
RETURNING a.id, a.target, a.plan, a.hash
