use pgrecall_journal::{ManualOperation, Undone};
use pgrecall_model::{Context, Row};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// One row inserted, updated, deleted or truncated.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Change {
    /// Its number.
    pub(crate) id: i64,
    /// The transaction it belongs to.
    pub(crate) tx: i64,
    /// When, by the clock of the database's server.
    #[schema(format = "date-time")]
    pub(crate) at: String,
    /// `insert`, `update`, `delete` or `truncate`.
    pub(crate) op: String,
    /// The table, quoted as PostgreSQL would.
    pub(crate) table: String,
    /// Which row; null for a table without a key.
    #[schema(value_type = Option<Object>)]
    pub(crate) key: Option<Value>,
    /// The row before.
    #[schema(value_type = Option<Object>)]
    pub(crate) old: Option<Row>,
    /// The row after.
    #[schema(value_type = Option<Object>)]
    pub(crate) new: Option<Row>,
    /// The columns that an update changed.
    pub(crate) changed: Vec<String>,
    /// The undos that took it back.
    pub(crate) undone_by: Vec<i64>,
    #[serde(flatten)]
    pub(crate) who: Who,
}

/// Who, and why.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(crate) struct Who {
    /// The application's user.
    pub(crate) actor: Option<String>,
    /// The customer whose data it is.
    pub(crate) tenant: Option<String>,
    /// The actor's session.
    pub(crate) session: Option<String>,
    /// The request within the session.
    pub(crate) request: Option<String>,
    /// Why.
    pub(crate) reason: Option<String>,
    /// The database user.
    pub(crate) database_user: Option<String>,
    /// The program.
    pub(crate) application: Option<String>,
    /// The address.
    pub(crate) ip: Option<String>,
}

impl From<&Context> for Who {
    fn from(context: &Context) -> Self {
        Self {
            actor: context.actor.clone(),
            tenant: context.tenant.clone(),
            session: context.session.clone(),
            request: context.request.clone(),
            reason: context.reason.clone(),
            database_user: context.database_user.clone(),
            application: context.application.clone(),
            ip: context.ip.clone(),
        }
    }
}

impl Change {
    pub(crate) fn new(change: &pgrecall_model::Change, undone: &Undone) -> Self {
        Self {
            id: change.id.0,
            tx: change.tx.0,
            at: change.at.to_string(),
            op: change.op.to_string(),
            table: change.table.to_string(),
            key: change.key.as_ref().and_then(|key| serde_json::to_value(key).ok()),
            old: change.old.clone(),
            new: change.new.clone(),
            changed: change.changed.clone(),
            undone_by: undone.by(change.id).into_iter().map(|tx| tx.0).collect(),
            who: Who::from(&change.context),
        }
    }
}

/// A transaction with its changes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Transaction {
    /// Its number in the journal.
    tx: i64,
    /// Its number in the server.
    xid: String,
    /// When it began.
    #[schema(format = "date-time")]
    started_at: String,
    /// When it made its first change.
    #[schema(format = "date-time")]
    at: String,
    #[serde(flatten)]
    who: Who,
    /// Whatever else the application said.
    #[schema(value_type = Object)]
    extra: Row,
    /// The transactions that it took back.
    undoes: Vec<i64>,
    /// The undos that took changes of it back.
    undone_by: Vec<i64>,
    /// Its changes, oldest first, as many as one answer holds.
    changes: Vec<Change>,
    /// Whether there are more.
    more_changes: bool,
}

impl Transaction {
    pub(crate) fn new(
        transaction: &pgrecall_model::Transaction,
        changes: Vec<Change>,
        more_changes: bool,
    ) -> Self {
        let numbers = |ids: &[pgrecall_model::TxId]| ids.iter().map(|tx| tx.0).collect();
        Self {
            tx: transaction.id.0,
            xid: transaction.xid.clone(),
            started_at: transaction.started_at.to_string(),
            at: transaction.at.to_string(),
            who: Who::from(&transaction.context),
            extra: transaction.context.extra.clone(),
            undoes: numbers(&transaction.undoes),
            undone_by: numbers(&transaction.undone_by),
            changes,
            more_changes,
        }
    }
}

/// Work that somebody did by hand.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Operation {
    /// Its number.
    id: i64,
    /// What was done.
    name: String,
    /// Of which kind it is.
    #[serde(rename = "type")]
    kind: String,
    /// `open`, `succeeded` or `failed`.
    status: String,
    /// When it began.
    #[schema(format = "date-time")]
    started_at: String,
    /// When it was completed.
    #[schema(format = "date-time")]
    completed_at: Option<String>,
    /// What was said at the end.
    message: Option<String>,
    /// The transaction in which it began.
    tx: i64,
    /// The application's user.
    actor: Option<String>,
    /// The customer whose data it is.
    tenant: Option<String>,
    /// Why.
    reason: Option<String>,
    /// The database user.
    database_user: String,
    /// How many transactions belong to it.
    transactions: i64,
    /// How many rows were changed, by table.
    #[schema(value_type = Object)]
    changes: Row,
}

impl From<ManualOperation> for Operation {
    fn from(operation: ManualOperation) -> Self {
        Self {
            id: operation.id,
            name: operation.name,
            kind: operation.kind,
            status: operation.status,
            started_at: operation.started_at.to_string(),
            completed_at: operation.completed_at.map(|at| at.to_string()),
            message: operation.message,
            tx: operation.tx.0,
            actor: operation.actor,
            tenant: operation.tenant,
            reason: operation.reason,
            database_user: operation.database_user,
            transactions: operation.transactions,
            changes: operation.changes,
        }
    }
}
