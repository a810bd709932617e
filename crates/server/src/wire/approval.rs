use pgrecall_access::ApprovalDecision;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Effects, RowCounts};

/// A plan that others are to approve, or have decided about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Approval {
    /// Its number.
    id: i64,
    /// `requested`, `approved`, `applying`, or how it ended: `rejected`, `expired`, `cancelled`,
    /// `outdated`, `applied`, `failed`.
    status: String,
    /// The plan.
    plan: String,
    /// The hash of the plan; who approves sends it back.
    hash: String,
    /// How many rows will be brought back, set and removed, by table.
    rows: Vec<RowCounts>,
    /// What the plan came to when it was last tried.
    effects: Option<Effects>,
    /// Who made the plan.
    planned_by: String,
    /// Who asked for the approval.
    requested_by: String,
    /// When.
    #[schema(format = "date-time")]
    requested_at: String,
    /// Why.
    reason: String,
    /// The rules that asked for it, in words.
    rules: Vec<String>,
    /// How many users have to approve.
    approvers: i32,
    /// How many have, and may still approve.
    approved: i32,
    /// Whether they, and who applies, have to show a second factor then.
    second_factor: bool,
    /// Who decided what.
    decisions: Vec<Decided>,
    /// Until when it can be decided; once approved, until when the plan can be applied.
    #[schema(format = "date-time")]
    expires_at: String,
    /// When enough had approved.
    #[schema(format = "date-time")]
    approved_at: Option<String>,
    /// When it ended.
    #[schema(format = "date-time")]
    settled_at: Option<String>,
    /// The undo's own transaction in the journal, where the plan was applied.
    tx: Option<i64>,
}

/// What somebody decided.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Decided {
    /// Who.
    by: String,
    /// `approved` or `rejected`.
    decision: String,
    /// With these words.
    comment: Option<String>,
    /// `totp` or `recovery code`, where one was shown.
    second_factor: Option<String>,
    /// When.
    #[schema(format = "date-time")]
    at: String,
    /// Whether it counts: until the plan is applied, who approved must not have been disabled since, and
    /// must still be an approver.
    counts: bool,
}

/// A part of the approvals.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalPage {
    /// The approvals, newest first.
    pub(crate) approvals: Vec<Approval>,
    /// What to give as `cursor` for more; null at the end.
    pub(crate) next: Option<i64>,
}

/// A plan that was applied without the approval that it needed, and who looked at it afterwards.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Review {
    /// Its number.
    id: i64,
    /// The plan.
    plan: String,
    /// How far the plan has come.
    plan_status: String,
    /// How many rows were brought back, set and removed, by table.
    rows: Vec<RowCounts>,
    /// The undo's own transaction in the journal.
    tx: Option<i64>,
    /// Who applied it.
    used_by: String,
    /// When.
    #[schema(format = "date-time")]
    used_at: String,
    /// Why.
    reason: String,
    /// The rules that asked for an approval, in words.
    rules: Vec<String>,
    /// Until when somebody else should have looked at it.
    #[schema(format = "date-time")]
    due_at: String,
    /// Whether nobody has.
    overdue: bool,
    /// Who looked at it.
    closed_by: Option<String>,
    /// When.
    #[schema(format = "date-time")]
    closed_at: Option<String>,
    /// What they say.
    comment: Option<String>,
}

/// A part of the reviews.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewPage {
    /// The reviews, newest first.
    pub(crate) reviews: Vec<Review>,
    /// What to give as `cursor` for more; null at the end.
    pub(crate) next: Option<i64>,
}

impl From<pgrecall_access::Approval> for Approval {
    fn from(approval: pgrecall_access::Approval) -> Self {
        Self {
            id: approval.id,
            status: approval.status.as_str().to_owned(),
            approved: approval.given(),
            plan: approval.plan,
            hash: approval.hash,
            rows: serde_json::from_value(approval.rows).unwrap_or_default(),
            effects: approval.effects.and_then(|effects| Effects::read(&effects).ok()),
            planned_by: approval.planned_by,
            requested_by: approval.requested_by,
            requested_at: approval.requested_at.to_string(),
            reason: approval.reason,
            rules: approval.rules,
            approvers: approval.approvers,
            second_factor: approval.second_factor,
            decisions: approval.decisions.into_iter().map(Decided::from).collect(),
            expires_at: approval.expires_at.to_string(),
            approved_at: approval.approved_at.map(|at| at.to_string()),
            settled_at: approval.settled_at.map(|at| at.to_string()),
            tx: approval.applied_tx,
        }
    }
}

impl From<ApprovalDecision> for Decided {
    fn from(decision: ApprovalDecision) -> Self {
        let ApprovalDecision { by, decision, comment, second_factor, at, counts } = decision;
        Self { by, decision, comment, second_factor, at: at.to_string(), counts }
    }
}

impl From<pgrecall_access::Review> for Review {
    fn from(review: pgrecall_access::Review) -> Self {
        Self {
            id: review.id,
            plan: review.plan,
            plan_status: review.plan_status,
            rows: serde_json::from_value(review.rows).unwrap_or_default(),
            tx: review.applied_tx,
            used_by: review.used_by,
            used_at: review.used_at.to_string(),
            reason: review.reason,
            rules: review.rules,
            due_at: review.due_at.to_string(),
            overdue: review.overdue,
            closed_by: review.closed_by,
            closed_at: review.closed_at.map(|at| at.to_string()),
            comment: review.comment,
        }
    }
}
