use jiff::Timestamp;
use pgrecall_model::{RelationId, RelationName, TxId};
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

impl Journal {
    /// The gaps of a table, oldest first.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn gaps(&self, relation: RelationId) -> Result<Vec<Gap>, JournalError> {
        let rows =
            self.client().query(include_str!("../sql/read/gaps.sql"), &[&relation.0]).await?;
        rows.iter()
            .map(|row| {
                Ok(Gap {
                    reason: row.try_get("reason")?,
                    detail: row.try_get("detail")?,
                    from_tx: TxId(row.try_get("from_tx")?),
                    from_at: row.try_get("from_at")?,
                    until_tx: row.try_get::<_, Option<i64>>("until_tx")?.map(TxId),
                    until_at: row.try_get("until_at")?,
                })
            })
            .collect()
    }
}
