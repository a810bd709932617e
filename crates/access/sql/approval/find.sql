-- Approvals of a target, newest first, with their plans and who decided: one by its number, or those
-- of a status, from a place on. As long as nothing is applied, who approved counts only while they
-- could still do so: not who was disabled since, or is no approver any more.
SELECT
  a.id, a.plan, a.hash, a.status, a.reason, a.requested_by, a.requested_at, a.approvers, a.second_factor,
  a.rules, a.expires_at, a.approved_at, a.settled_at, a.version,
  p.created_by AS planned_by, p.rows, p.effects, p.applied_tx,
  coalesce(
    (
      SELECT
        jsonb_agg(
          jsonb_build_object(
            'by', d.decided_by, 'decision', d.decision, 'comment', d.comment, 'second_factor', d.second_factor,
            'at', d.decided_at,
            'counts', a.status NOT IN ('requested', 'approved') OR recall_control._may_approve(d.decided_by, a.target)
          )
          ORDER BY d.decided_at, d.decided_by
        )
      FROM recall_control.approval_decision AS d
      WHERE d.approval = a.id
    ),
    '[]'
  ) AS decisions
FROM recall_control.approval AS a
JOIN recall_control.plan AS p ON p.id = a.plan
WHERE a.target = $1
  AND ($2::bigint IS NULL OR a.id = $2)
  AND ($3::text IS NULL OR a.status = $3)
  AND ($4::bigint IS NULL OR a.id < $4)
ORDER BY a.id DESC
LIMIT $5
