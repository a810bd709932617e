use jiff::Timestamp;
use pgrecall_postgres::ServerError;
use serde::Serialize;
use tokio_postgres::error::SqlState;

use crate::{Journal, JournalError};

/// What a guard refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Its number; one that is missing was overwritten before anybody looked.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// `address`, `changes`, `protection` or `drop`.
    pub guard: String,
    /// `insert`, `update`, `delete`, `truncate` or `drop`.
    pub op: String,
    /// The table.
    pub table: Option<String>,
    /// The database user that was refused.
    pub database_user: Option<String>,
    /// The beginning of the actor, or of the address.
    pub detail: Option<String>,
}

impl Journal {
    /// What guards refused, the latest first. What is new is written down for good, where the
    /// connected user may do so.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn refusals(&self, limit: Option<i64>) -> Result<Vec<Refusal>, JournalError> {
        let collect = include_str!("../sql/read/collect_refusals.sql");
        if let Err(error) = self.client().execute(collect, &[]).await.map_err(ServerError::from) {
            let read_only = error.sqlstate() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION);
            if !read_only && !error.is_forbidden() {
                return Err(error.into());
            }
        }
        let rows = self.client().query(include_str!("../sql/read/refusals.sql"), &[&limit]).await?;
        Ok(rows.iter().map(refusal).collect::<Result<_, _>>()?)
    }
}

fn refusal(row: &tokio_postgres::Row) -> Result<Refusal, ServerError> {
    Ok(Refusal {
        id: row.try_get("id")?,
        at: row.try_get("at")?,
        guard: row.try_get("guard")?,
        op: row.try_get("op")?,
        table: row.try_get("table_name")?,
        database_user: row.try_get("database_user")?,
        detail: row.try_get("detail")?,
    })
}
