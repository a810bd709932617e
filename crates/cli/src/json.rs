//! What scripts rely on: the fields of the JSON output, in a fixed order.

use pgrecall_model::{Change, Conflict, Key, PlanHash, Row, Step, Transaction, TxId};
use serde::Serialize;
use serde_json::Value;

/// A change, as `log`, `show` and `history` print it.
#[derive(Debug, Serialize)]
pub(crate) struct ChangeLine<'c> {
    id: i64,
    tx: i64,
    at: String,
    op: &'static str,
    table: String,
    key: Option<&'c Key>,
    old: Option<&'c Row>,
    new: Option<&'c Row>,
    changed: &'c [String],
    actor: Option<&'c str>,
    tenant: Option<&'c str>,
    session: Option<&'c str>,
    request: Option<&'c str>,
    reason: Option<&'c str>,
    database_user: Option<&'c str>,
    application: Option<&'c str>,
    ip: Option<&'c str>,
}

impl<'c> From<&'c Change> for ChangeLine<'c> {
    fn from(change: &'c Change) -> Self {
        let context = &change.context;
        Self {
            id: change.id.0,
            tx: change.tx.0,
            at: change.at.to_string(),
            op: change.op.as_str(),
            table: change.table.to_string(),
            key: change.key.as_ref(),
            old: change.old.as_ref(),
            new: change.new.as_ref(),
            changed: &change.changed,
            actor: context.actor.as_deref(),
            tenant: context.tenant.as_deref(),
            session: context.session.as_deref(),
            request: context.request.as_deref(),
            reason: context.reason.as_deref(),
            database_user: context.database_user.as_deref(),
            application: context.application.as_deref(),
            ip: context.ip.as_deref(),
        }
    }
}

/// A transaction, as `show` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct TransactionObject<'t> {
    tx: i64,
    xid: &'t str,
    started_at: String,
    at: String,
    actor: Option<&'t str>,
    actor_email: Option<&'t str>,
    tenant: Option<&'t str>,
    session: Option<&'t str>,
    request: Option<&'t str>,
    reason: Option<&'t str>,
    database_user: Option<&'t str>,
    database_role: Option<&'t str>,
    application: Option<&'t str>,
    ip: Option<&'t str>,
    user_agent: Option<&'t str>,
    extra: &'t Row,
    undoes: &'t [TxId],
    undone_by: &'t [TxId],
    changes: Vec<ChangeLine<'t>>,
}

impl<'t> TransactionObject<'t> {
    pub(crate) fn new(transaction: &'t Transaction, changes: &'t [Change]) -> Self {
        let context = &transaction.context;
        Self {
            tx: transaction.id.0,
            xid: &transaction.xid,
            started_at: transaction.started_at.to_string(),
            at: transaction.at.to_string(),
            actor: context.actor.as_deref(),
            actor_email: context.actor_email.as_deref(),
            tenant: context.tenant.as_deref(),
            session: context.session.as_deref(),
            request: context.request.as_deref(),
            reason: context.reason.as_deref(),
            database_user: context.database_user.as_deref(),
            database_role: context.database_role.as_deref(),
            application: context.application.as_deref(),
            ip: context.ip.as_deref(),
            user_agent: context.user_agent.as_deref(),
            extra: &context.extra,
            undoes: &transaction.undoes,
            undone_by: &transaction.undone_by,
            changes: changes.iter().map(ChangeLine::from).collect(),
        }
    }
}

/// An undo, as `undo` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct UndoObject<'p> {
    pub(crate) plan: PlanObject<'p>,
    pub(crate) applied: bool,
    pub(crate) tx: Option<TxId>,
}

/// The plan within it.
#[derive(Debug, Serialize)]
pub(crate) struct PlanObject<'p> {
    pub(crate) hash: PlanHash,
    pub(crate) reverses: &'p [TxId],
    pub(crate) steps: Vec<StepObject<'p>>,
    pub(crate) conflicts: Vec<ConflictObject<'p>>,
}

/// A step of a plan.
#[derive(Debug, Serialize)]
pub(crate) struct StepObject<'p> {
    table: String,
    key: Option<&'p Key>,
    action: pgrecall_model::Action,
    expected: Option<&'p Row>,
    target: Option<&'p Row>,
    columns: &'p [String],
    changes: Vec<i64>,
}

impl<'p> From<&'p Step> for StepObject<'p> {
    fn from(step: &'p Step) -> Self {
        Self {
            table: step.table.to_string(),
            key: step.key.as_ref(),
            action: step.action,
            expected: step.expected.as_ref(),
            target: step.target.as_ref(),
            columns: &step.columns,
            changes: step.changes.iter().map(|change| change.0).collect(),
        }
    }
}

/// A conflict of a plan.
#[derive(Debug, Serialize)]
pub(crate) struct ConflictObject<'p> {
    kind: pgrecall_model::ConflictKind,
    table: String,
    key: Option<&'p Key>,
    message: &'p str,
    later: Vec<Value>,
}

impl<'p> From<&'p Conflict> for ConflictObject<'p> {
    fn from(conflict: &'p Conflict) -> Self {
        Self {
            kind: conflict.kind,
            table: conflict.table.to_string(),
            key: conflict.key.as_ref(),
            message: &conflict.message,
            later: conflict
                .later
                .iter()
                .filter_map(|later| serde_json::to_value(later).ok())
                .collect(),
        }
    }
}
