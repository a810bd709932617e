//! What scripts rely on: the fields of the JSON output, in a fixed order.

use std::collections::BTreeMap;

use pgrecall_journal::{
    Checkpoint, Event, ManualOperation, Mark, RetentionStep, Undone, UnfinishedUndo, Viewer,
};
use pgrecall_model::{Change, Conflict, Counts, Key, RelationName, Row, Step, Transaction, TxId};
use pgrecall_timetravel::{Blamed, DiffKind, Fate, RowDiff, Since};
use pgrecall_undo::Applied;
use serde::Serialize;
use serde_json::{Map, Value};

mod activity;

pub(crate) use activity::{ActivityLine, BulkLine, UnusualLine};

/// A moment with a name, as `marks` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct MarkLine<'m> {
    name: &'m str,
    tick: i64,
    at: String,
    reason: Option<&'m str>,
    actor: Option<&'m str>,
    database_user: &'m str,
}

impl<'m> From<&'m Mark> for MarkLine<'m> {
    fn from(mark: &'m Mark) -> Self {
        Self {
            name: mark.name.as_str(),
            tick: mark.tick.0,
            at: mark.at.to_string(),
            reason: mark.reason.as_deref(),
            actor: mark.actor.as_deref(),
            database_user: &mark.database_user,
        }
    }
}

/// A checkpoint, as `checkpoint` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct CheckpointLine<'c> {
    id: i64,
    table: &'c str,
    tick: i64,
    at: String,
    rows: i64,
    bytes: i64,
    usable: bool,
}

impl<'c> CheckpointLine<'c> {
    pub(crate) fn new(table: &'c str, checkpoint: &Checkpoint) -> Self {
        Self {
            id: checkpoint.id,
            table,
            tick: checkpoint.tick.0,
            at: checkpoint.at.to_string(),
            rows: checkpoint.rows,
            bytes: checkpoint.bytes,
            usable: checkpoint.usable,
        }
    }
}

/// After how many changes the upkeep takes a checkpoint of a table, as `checkpoint` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct CheckpointPolicyLine<'c> {
    pub(crate) table: &'c str,
    pub(crate) every: Option<i64>,
    pub(crate) keep: Option<i32>,
}

/// What `mark` did.
#[derive(Debug, Serialize)]
pub(crate) struct MarkedObject<'m> {
    pub(crate) name: &'m str,
    pub(crate) tick: i64,
}

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
    undone_by: Vec<TxId>,
}

impl<'c> ChangeLine<'c> {
    pub(crate) fn new(change: &'c Change, undone: &Undone) -> Self {
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
            undone_by: undone.by(change.id),
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
    events: Vec<EventLine<'t>>,
}

impl<'t> TransactionObject<'t> {
    pub(crate) fn new(
        transaction: &'t Transaction,
        (changes, undone): (&'t [Change], &Undone),
        events: &'t [Event],
    ) -> Self {
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
            changes: changes.iter().map(|change| ChangeLine::new(change, undone)).collect(),
            events: events.iter().map(EventLine::from).collect(),
        }
    }
}

/// An event of the application, as `events` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct EventLine<'e> {
    id: i64,
    tx: i64,
    at: String,
    action: &'e str,
    table: Option<&'e str>,
    key: Option<&'e Row>,
    details: &'e Row,
    actor: Option<&'e str>,
    tenant: Option<&'e str>,
    session: Option<&'e str>,
    request: Option<&'e str>,
    reason: Option<&'e str>,
    database_user: Option<&'e str>,
    application: Option<&'e str>,
    ip: Option<&'e str>,
}

impl<'e> From<&'e Event> for EventLine<'e> {
    fn from(event: &'e Event) -> Self {
        let context = &event.context;
        Self {
            id: event.id,
            tx: event.tx.0,
            at: event.at.to_string(),
            action: &event.action,
            table: event.table.as_deref(),
            key: event.key.as_ref(),
            details: &event.details,
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

/// Work done by hand, as `operations` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct OperationLine<'o> {
    id: i64,
    name: &'o str,
    #[serde(rename = "type")]
    kind: &'o str,
    status: &'o str,
    started_at: String,
    completed_at: Option<String>,
    message: Option<&'o str>,
    details: &'o Row,
    tx: i64,
    actor: Option<&'o str>,
    tenant: Option<&'o str>,
    reason: Option<&'o str>,
    database_user: &'o str,
    transactions: i64,
    changes: &'o Row,
}

impl<'o> From<&'o ManualOperation> for OperationLine<'o> {
    fn from(operation: &'o ManualOperation) -> Self {
        Self {
            id: operation.id,
            name: &operation.name,
            kind: &operation.kind,
            status: &operation.status,
            started_at: operation.started_at.to_string(),
            completed_at: operation.completed_at.map(|at| at.to_string()),
            message: operation.message.as_deref(),
            details: &operation.details,
            tx: operation.tx.0,
            actor: operation.actor.as_deref(),
            tenant: operation.tenant.as_deref(),
            reason: operation.reason.as_deref(),
            database_user: &operation.database_user,
            transactions: operation.transactions,
            changes: &operation.changes,
        }
    }
}

/// How many rows of one table.
#[derive(Debug, Serialize)]
pub(crate) struct RowsObject {
    table: String,
    #[serde(flatten)]
    counts: Counts,
}

impl From<(&RelationName, &Counts)> for RowsObject {
    fn from((table, counts): (&RelationName, &Counts)) -> Self {
        Self { table: table.to_string(), counts: *counts }
    }
}

/// What the plan comes to besides the rows that it names.
#[derive(Debug, Default, Serialize)]
pub(crate) struct EffectsObject {
    differing: Map<String, Value>,
    side_effects: Map<String, Value>,
    locks: Vec<String>,
    duration_ms: i64,
}

impl From<&Applied> for EffectsObject {
    fn from(applied: &Applied) -> Self {
        let counted = |rows: &BTreeMap<RelationName, u64>| {
            rows.iter().map(|(table, &rows)| (table.to_string(), Value::from(rows))).collect()
        };
        Self {
            differing: counted(&applied.differing),
            side_effects: counted(&applied.side_effects),
            locks: applied.locks.iter().map(|(table, mode)| format!("{table} {mode}")).collect(),
            duration_ms: applied.duration_ms,
        }
    }
}

/// An undo in several transactions that is not finished, as `undo --runs` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct UnfinishedLine<'r> {
    id: i64,
    started_at: String,
    rows: i64,
    done: i64,
    plan: &'r str,
    takes_back: Option<i64>,
    reason: Option<&'r str>,
    actor: Option<&'r str>,
    database_user: &'r str,
}

impl<'r> From<&'r UnfinishedUndo> for UnfinishedLine<'r> {
    fn from(run: &'r UnfinishedUndo) -> Self {
        Self {
            id: run.id,
            started_at: run.started_at.to_string(),
            rows: run.rows,
            done: run.done,
            plan: &run.plan,
            takes_back: run.takes_back,
            reason: run.reason.as_deref(),
            actor: run.actor.as_deref(),
            database_user: &run.database_user,
        }
    }
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

/// A viewer, as `viewer` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct ViewerLine<'v> {
    role: &'v str,
    tenant: &'v str,
    actor: Option<&'v str>,
    active: bool,
}

impl<'v> From<&'v Viewer> for ViewerLine<'v> {
    fn from(viewer: &'v Viewer) -> Self {
        Self {
            role: &viewer.role,
            tenant: &viewer.tenant,
            actor: viewer.actor.as_deref(),
            active: viewer.active,
        }
    }
}

impl ViewerLine<'_> {
    /// What it sees, in words.
    pub(crate) fn sees(&self) -> String {
        match self.actor {
            Some(actor) => format!("what {actor} did for tenant {}", self.tenant),
            None => format!("tenant {}", self.tenant),
        }
    }
}

/// A retention, as `retain` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct RetentionObject<'p> {
    pub(crate) keep: String,
    pub(crate) steps: Vec<RetentionStepObject<'p>>,
    pub(crate) saved: bool,
    pub(crate) applied: bool,
    pub(crate) changes_removed: i64,
    pub(crate) transactions_removed: i64,
    pub(crate) events_removed: i64,
    pub(crate) partitions_dropped: i64,
    pub(crate) waiting: Vec<String>,
}

/// A step of its plan.
#[derive(Debug, Serialize)]
pub(crate) struct RetentionStepObject<'p> {
    partition: &'p str,
    table: String,
    before: String,
    whole: bool,
    changes: i64,
    bytes: i64,
    from_at: String,
    until_at: String,
    from_tx: TxId,
    until_tx: TxId,
}

impl<'p> From<&'p RetentionStep> for RetentionStepObject<'p> {
    fn from(step: &'p RetentionStep) -> Self {
        Self {
            partition: &step.partition,
            table: step.table.to_string(),
            before: step.before.to_string(),
            whole: step.whole,
            changes: step.changes,
            bytes: step.bytes,
            from_at: step.from_at.to_string(),
            until_at: step.until_at.to_string(),
            from_tx: step.from_tx,
            until_tx: step.until_tx,
        }
    }
}

/// A column of a record, as `blame` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct BlameLine<'b> {
    column: &'b str,
    value: Option<&'b Value>,
    tx: Option<TxId>,
    at: Option<String>,
    actor: Option<&'b str>,
    reason: Option<&'b str>,
    since: Since,
    database_user: Option<&'b str>,
    undoes: &'b [TxId],
    deleted_by: Option<TxId>,
}

impl<'b> BlameLine<'b> {
    pub(crate) fn new(column: &'b Blamed, fate: &Fate) -> Self {
        let setter = column.setter.as_ref();
        let context = setter.map(|setter| &setter.context);
        Self {
            column: &column.column,
            value: column.value.as_ref(),
            tx: setter.map(|setter| setter.tx),
            at: setter.map(|setter| setter.at.to_string()),
            actor: context.and_then(|context| context.actor.as_deref()),
            reason: context.and_then(|context| context.reason.as_deref()),
            since: column.since,
            database_user: context.and_then(|context| context.database_user.as_deref()),
            undoes: setter.map_or(&[], |setter| &setter.undoes),
            deleted_by: match fate {
                Fate::Deleted(setter) => Some(setter.tx),
                Fate::Present | Fate::Missing => None,
            },
        }
    }
}

/// A row that differs, as `diff` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct DiffLine<'d> {
    table: String,
    key: Option<&'d Key>,
    kind: DiffKind,
    before: Option<&'d Row>,
    after: Option<&'d Row>,
    changed: &'d [String],
}

impl<'d> From<&'d RowDiff> for DiffLine<'d> {
    fn from(row: &'d RowDiff) -> Self {
        Self {
            table: row.table.to_string(),
            key: row.key.as_ref(),
            kind: row.kind,
            before: row.before.as_ref(),
            after: row.after.as_ref(),
            changed: &row.changed,
        }
    }
}

/// A table with differences, as `diff --summary` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct SummaryLine<'d> {
    pub(crate) table: &'d str,
    pub(crate) added: usize,
    pub(crate) removed: usize,
    pub(crate) changed: usize,
}
