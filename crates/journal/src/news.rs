use pgrecall_model::TxId;

use crate::{Journal, JournalError};

/// Watches a journal for transactions that were committed since the last look.
///
/// Each transaction is reported exactly once, however long it was open.
#[derive(Debug, Default)]
pub struct News {
    seen: Option<String>,
}

impl News {
    /// The transactions committed since the last call; none at the first.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn next(&mut self, journal: &Journal) -> Result<Vec<TxId>, JournalError> {
        let row =
            journal.client().query_one(include_str!("../sql/read/news.sql"), &[&self.seen]).await?;
        self.seen = Some(row.try_get("snapshot")?);
        Ok(row.try_get::<_, Vec<i64>>("transactions")?.into_iter().map(TxId).collect())
    }
}
