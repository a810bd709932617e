use pgrecall_model::{ChangeId, TxId};

use crate::{Journal, JournalError};

/// Which changes were taken back, and by what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undone {
    /// First and last change, and the undo.
    stretches: Vec<(ChangeId, ChangeId, TxId)>,
}

impl Journal {
    /// What was taken back so far.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn undone(&self) -> Result<Undone, JournalError> {
        // Viewers may not know which changes of others were taken back.
        let may_read =
            self.client().query_one(include_str!("../sql/read/may_read_undone.sql"), &[]).await?;
        if !may_read.try_get::<_, bool>(0)? {
            return Ok(Undone::default());
        }
        let rows = self.client().query(include_str!("../sql/read/undone.sql"), &[]).await?;
        let stretch = |row: &tokio_postgres::Row| {
            Ok((
                ChangeId(row.try_get("first")?),
                ChangeId(row.try_get("last")?),
                TxId(row.try_get("tx")?),
            ))
        };
        Ok(Undone { stretches: rows.iter().map(stretch).collect::<Result<_, JournalError>>()? })
    }
}

impl Undone {
    /// The undos that took a change back, ascending.
    #[must_use]
    pub fn by(&self, change: ChangeId) -> Vec<TxId> {
        let holds =
            |&&(first, last, _): &&(ChangeId, ChangeId, TxId)| (first..=last).contains(&change);
        let mut by: Vec<TxId> = self.stretches.iter().filter(holds).map(|&(_, _, tx)| tx).collect();
        by.sort_unstable();
        by
    }
}
