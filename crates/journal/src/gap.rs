use jiff::Timestamp;
use pgrecall_model::{RelationId, RelationName, TxId};
use pgrecall_postgres::{Ask, catalogue};
use serde::Serialize;

use crate::{Journal, JournalError};

/// A stretch in which changes of a table may be missing from the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Why.
    pub reason: String,
    /// The SQLSTATE where recording failed; the user's reason of a pause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The transaction in which it opened.
    pub from_tx: TxId,
    /// When it opened.
    pub from_at: Timestamp,
    /// The transaction in which it closed; none while it is open.
    pub until_tx: Option<TxId>,
    /// When it closed; none while it is open.
    pub until_at: Option<Timestamp>,
}

impl Gap {
    /// What a reader of an answer that crosses the gap should know.
    #[must_use]
    pub fn sentence(&self, table: &RelationName) -> String {
        let until = self.until_at.map_or_else(|| "on".to_owned(), |until| format!("to {until}"));
        let from = self.from_at;
        match (self.reason.as_str(), &self.detail) {
            ("selective", _) => format!(
                "changes of {table} are missing on purpose: only some were recorded from {from} {until}"
            ),
            ("failed", Some(state)) => format!(
                "changes of {table} are missing: recording failed with SQLSTATE {state} from {from} {until}"
            ),
            (reason, Some(detail)) => {
                format!(
                    "changes of {table} may be missing: it was {reason} ({detail}) from {from} {until}"
                )
            }
            (reason, None) => {
                format!("changes of {table} may be missing: it was {reason} from {from} {until}")
            }
        }
    }
}

/// A gap that came up since somebody looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGap {
    /// What tells it apart from others, the same at each look.
    pub key: String,
    /// Its table; none where it is of every table.
    pub table: Option<RelationName>,
    /// The gap; of several failures on a day, the first.
    pub gap: Gap,
}

impl Journal {
    /// How far the numbers of gaps have come, and the time of the server.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn newest_gap(&self) -> Result<(i64, Timestamp), JournalError> {
        let newest = include_str!("../sql/read/newest_gap.sql");
        let row = self.client().query_one(newest, &[]).await?;
        Ok((row.try_get("id")?, row.try_get("at")?))
    }

    /// The gaps with a higher number, but for those that are on purpose.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn gaps_after(&self, id: i64) -> Result<Vec<NewGap>, JournalError> {
        let rows = self.client().query(include_str!("../sql/read/new_gaps.sql"), &[&id]).await?;
        rows.iter()
            .map(|row| {
                let table = match row.try_get::<_, Option<String>>("table_name")? {
                    Some(_) => Some(catalogue::relation_name(row, "schema_name", "table_name")?),
                    None => None,
                };
                Ok(NewGap { key: row.try_get("key")?, table, gap: read(row)? })
            })
            .collect()
    }

    /// The gaps of a table, oldest first.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn gaps(&self, relation: RelationId) -> Result<Vec<Gap>, JournalError> {
        let rows =
            self.database().rows(include_str!("../sql/read/gaps.sql"), &[&relation.0]).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &tokio_postgres::Row) -> Result<Gap, JournalError> {
    Ok(Gap {
        reason: row.try_get("reason")?,
        detail: row.try_get("detail")?,
        from_tx: TxId(row.try_get("from_tx")?),
        from_at: row.try_get("from_at")?,
        until_tx: row.try_get::<_, Option<i64>>("until_tx")?.map(TxId),
        until_at: row.try_get("until_at")?,
    })
}
