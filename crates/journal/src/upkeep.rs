//! The upkeep as a whole: what the server of the database does, and what only we can.

use crate::{Journal, JournalError, Maintained, Mending};

impl Journal {
    /// Does all of the upkeep that there is to do, and brings the journal up to date with the tables
    /// where the connected user may.
    ///
    /// # Errors
    /// When the connected user may not do it, or the server is gone.
    pub async fn keep_up(&mut self) -> Result<Maintained, JournalError> {
        let mut done = self.maintain().await?;
        while done.more {
            done.add(self.maintain().await?);
        }
        if done.ran {
            self.mend(&mut done).await?;
        }
        Ok(done)
    }

    /// What only the owner of the tables may put right or copy is left to them.
    async fn mend(&mut self, done: &mut Maintained) -> Result<(), JournalError> {
        if !self.may_reconcile().await? {
            return Ok(());
        }
        for table in self.reconcile(false).await? {
            match table.outcome {
                Mending::Failed(error) => done.waiting.push(format!("{}: {error}", table.table)),
                Mending::Mended | Mending::Shown => done.tables_reconciled += 1,
            }
        }
        let kept = self.keep_checkpoints().await?;
        done.checkpoints_taken += kept.taken;
        done.checkpoints_dropped += kept.dropped;
        done.waiting.extend(kept.waiting);
        Ok(())
    }
}
