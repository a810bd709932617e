use jiff::Timestamp;
use pgrecall_postgres::ServerError;

use crate::{Journal, JournalError};

/// An undo in several transactions that is not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedUndo {
    /// Its number.
    pub id: i64,
    /// When it began.
    pub started_at: Timestamp,
    /// The database user that began it.
    pub database_user: String,
    /// Who began it.
    pub actor: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The hash of its plan.
    pub plan: String,
    /// How many rows it is about.
    pub rows: i64,
    /// How many of them are done.
    pub done: i64,
    /// The undo of which it takes back what was done.
    pub takes_back: Option<i64>,
}

impl Journal {
    /// The undos in several transactions that are not finished, oldest first.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn unfinished_undos(&self) -> Result<Vec<UnfinishedUndo>, JournalError> {
        let sql = include_str!("../sql/read/unfinished_undos.sql");
        let rows = self.client().query(sql, &[]).await?;
        Ok(rows.iter().map(unfinished).collect::<Result<_, _>>()?)
    }
}

fn unfinished(row: &tokio_postgres::Row) -> Result<UnfinishedUndo, ServerError> {
    Ok(UnfinishedUndo {
        id: row.try_get("id")?,
        started_at: row.try_get("started_at")?,
        database_user: row.try_get("database_user")?,
        actor: row.try_get("actor")?,
        reason: row.try_get("reason")?,
        plan: row.try_get("plan_hash")?,
        rows: row.try_get("rows")?,
        done: row.try_get("done")?,
        takes_back: row.try_get("takes_back")?,
    })
}
