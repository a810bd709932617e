use pgrecall_model::{Transaction, TxId};

use pgrecall_postgres::Ask;

use crate::log::context;
use crate::{Journal, JournalError};

impl Journal {
    /// One transaction with its context.
    ///
    /// # Errors
    /// When the journal has none of that number.
    pub async fn transaction(&self, id: TxId) -> Result<Transaction, JournalError> {
        let row = self
            .database()
            .row_if_any(include_str!("../sql/read/transaction.sql"), &[&id.0])
            .await?
            .ok_or(JournalError::UnknownTransaction(id))?;
        let ids = |column: &str| -> Result<Vec<TxId>, tokio_postgres::Error> {
            Ok(row.try_get::<_, Vec<i64>>(column)?.into_iter().map(TxId).collect())
        };
        Ok(Transaction {
            id,
            xid: row.try_get("xid")?,
            started_at: row.try_get("started_at")?,
            at: row.try_get("at")?,
            context: context(&row)?,
            undoes: ids("undoes")?,
            undone_by: ids("undone_by")?,
        })
    }
}
