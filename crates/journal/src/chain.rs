use jiff::Timestamp;
use pgrecall_model::TxId;
use pgrecall_postgres::Template;
use serde::Serialize;
use tokio_postgres::IsolationLevel;

use crate::{Journal, JournalError, TrackedTable};

/// Rows that something changed without a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// How many.
    pub keys: i64,
    /// The last transaction up to which everything fits.
    pub from_tx: Option<TxId>,
    /// When that was.
    pub from_at: Option<Timestamp>,
}

impl Journal {
    /// Checks that each change of a table begins with what the one before it left, and that the
    /// newest left what the table holds, and notes a gap if not. Nothing for a table whose rows
    /// cannot be told apart or cannot all be seen.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn check_chain(
        &mut self,
        table: &TrackedTable,
        dry_run: bool,
    ) -> Result<Option<Broken>, JournalError> {
        let (Some(oid), false) = (table.relation.oid, table.relation.key.is_empty()) else {
            return Ok(None);
        };
        table.check_key()?;
        let visible = include_str!("../sql/reconcile/is_visible.sql");
        if !self.client().query_one(visible, &[&oid]).await?.try_get::<_, bool>(0)? {
            return Ok(None);
        }
        let broken = self.broken(table).await?;
        if broken.keys > 0 && !dry_run {
            let note = include_str!("../sql/reconcile/note_broken.sql");
            let from = broken.from_tx.map(|tx| tx.0);
            let transaction = self.begin().await?;
            transaction.execute(note, &[&table.relation.id.0, &from, &broken.from_at]).await?;
            transaction.commit().await?;
        }
        Ok(Some(broken))
    }

    async fn broken(&mut self, table: &TrackedTable) -> Result<Broken, JournalError> {
        let sql = Template::new(include_str!("../sql/reconcile/chain.sql"))
            .with("key", &table.key_of("r"))
            .with("text", &table.recording().text("r"))
            .with("table", &table.from_clause());
        let shape = table.present_shape().map(|shape| shape.id);
        let relation = &table.relation;
        let transaction = self
            .client_mut()
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await?;
        let row = transaction
            .query_one(&sql.sql(), &[&relation.id.0, &relation.since_change.0, &shape])
            .await?;
        Ok(Broken {
            keys: row.try_get("keys")?,
            from_tx: row.try_get::<_, Option<i64>>("from_tx")?.map(TxId),
            from_at: row.try_get("from_at")?,
        })
    }
}
