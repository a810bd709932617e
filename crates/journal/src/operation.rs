use jiff::Timestamp;
use pgrecall_model::{Row, TxId};
use pgrecall_postgres::ServerError;

use crate::event::object;
use crate::{Journal, JournalError};

/// Work that somebody did by hand, with what it changed.
#[derive(Debug, Clone, PartialEq)]
pub struct ManualOperation {
    /// Its number.
    pub id: i64,
    /// What was done.
    pub name: String,
    /// Of which kind it is.
    pub kind: String,
    /// `open`, `succeeded` or `failed`.
    pub status: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was completed; none while it is open.
    pub completed_at: Option<Timestamp>,
    /// What was said at the end.
    pub message: Option<String>,
    /// What else was given at the end.
    pub details: Row,
    /// The transaction in which it began.
    pub tx: TxId,
    /// The database user that began it.
    pub database_user: String,
    /// The application's user who began it.
    pub actor: Option<String>,
    /// The customer whose data it is.
    pub tenant: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// How many transactions belong to it.
    pub transactions: i64,
    /// How many rows were changed, by table.
    pub changes: Row,
}

impl Journal {
    /// Work done by hand, the latest first.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn operations(
        &self,
        limit: Option<i64>,
    ) -> Result<Vec<ManualOperation>, JournalError> {
        let rows =
            self.client().query(include_str!("../sql/read/operations.sql"), &[&limit]).await?;
        Ok(rows.iter().map(operation).collect::<Result<_, _>>()?)
    }
}

fn operation(row: &tokio_postgres::Row) -> Result<ManualOperation, ServerError> {
    Ok(ManualOperation {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        kind: row.try_get("type")?,
        status: row.try_get("status")?,
        started_at: row.try_get("started_at")?,
        completed_at: row.try_get("completed_at")?,
        message: row.try_get("message")?,
        details: object(row, "details")?.unwrap_or_default(),
        tx: TxId(row.try_get("tx")?),
        database_user: row.try_get("database_user")?,
        actor: row.try_get("actor")?,
        tenant: row.try_get("tenant")?,
        reason: row.try_get("reason")?,
        transactions: row.try_get("transactions")?,
        changes: object(row, "changes")?.unwrap_or_default(),
    })
}
