use pgrecall_model::RelationId;
use pgrecall_postgres::{ServerError, Template, catalogue};
use serde_json::json;
use tokio_postgres::Transaction;

use crate::patience::Patience;
use crate::tracked::TrackedTable;
use crate::{Journal, JournalError};

impl Journal {
    /// Records nothing of these tables until they are resumed. It waits for no lock on a table, and
    /// gives the names of those that were not paused before.
    ///
    /// # Errors
    /// When rights are missing, or when the journal stays locked.
    pub async fn pause(
        &mut self,
        tables: &[TrackedTable],
        reason: Option<&str>,
    ) -> Result<Vec<String>, JournalError> {
        let mut patience = Patience::default();
        loop {
            match self.pause_once(tables, reason).await {
                Err(JournalError::Server(error)) if patience.allows(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn pause_once(
        &mut self,
        tables: &[TrackedTable],
        reason: Option<&str>,
    ) -> Result<Vec<String>, JournalError> {
        let ids: Vec<i32> = tables.iter().map(|table| table.relation.id.0).collect();
        let context = json!({ "actor": self.actor(), "reason": reason.unwrap_or("pause") });
        let transaction = self.begin().await?;
        transaction.execute(include_str!("../sql/track/set_context.sql"), &[&context]).await?;
        let rows =
            transaction.query(include_str!("../sql/track/pause.sql"), &[&ids, &reason]).await?;
        let names = rows.iter().map(|row| row.try_get("name")).collect::<Result<_, _>>()?;
        transaction.commit().await?;
        Ok(names)
    }

    /// Records a table again that was paused, just as before, and gives whether it was. Like
    /// tracking it waits for those who write to the table.
    ///
    /// # Errors
    /// When the table stays locked, or when rights are missing.
    pub async fn resume(&mut self, table: &TrackedTable) -> Result<bool, JournalError> {
        let mut patience = Patience::default();
        loop {
            match self.resume_once(table).await {
                Err(JournalError::Server(error)) if patience.allows(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn resume_once(&mut self, table: &TrackedTable) -> Result<bool, JournalError> {
        let id = table.relation.id;
        let reason = format!("resume {}", table.relation.name);
        let context = json!({ "actor": self.actor(), "reason": reason });
        let transaction = self.begin().await?;
        let lockable =
            transaction.query(include_str!("../sql/track/lockable.sql"), &[&id.0]).await?;
        for row in &lockable {
            let lock = Template::new(include_str!("../sql/track/lock_table.sql"))
                .with("table", &catalogue::relation_name(row, "nspname", "relname")?);
            transaction.batch_execute(&lock.sql()).await?;
        }
        transaction.execute(include_str!("../sql/track/set_context.sql"), &[&context]).await?;
        let resumed = transaction.query(include_str!("../sql/track/resume.sql"), &[&id.0]).await?;
        transaction.commit().await?;
        Ok(!resumed.is_empty())
    }
}

/// Forgets that a table is paused: it is tracked anew, or no longer.
pub(crate) async fn forget(
    transaction: &Transaction<'_>,
    relation: RelationId,
) -> Result<(), ServerError> {
    transaction.execute(include_str!("../sql/track/forget_pause.sql"), &[&relation.0]).await?;
    Ok(())
}

/// Keeps functions that were just made, and puts such as do nothing into their place.
pub(crate) async fn silence(
    transaction: &Transaction<'_>,
    relation: RelationId,
) -> Result<(), ServerError> {
    transaction.execute(include_str!("../sql/track/silence.sql"), &[&relation.0]).await?;
    Ok(())
}
