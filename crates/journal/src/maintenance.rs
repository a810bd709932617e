use pgrecall_postgres::ServerError;
use serde::{Deserialize, Serialize};

use crate::{Journal, JournalError};

/// What one call of `recall.maintain()` did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Maintained {
    /// Whether it ran: not while another one does.
    pub ran: bool,
    /// How many partitions were made ahead.
    pub partitions_created: i64,
    /// How many changes were moved from the default partition to that of their month.
    pub changes_moved: i64,
    /// How many changes were removed, because they were older than a saved term.
    pub changes_removed: i64,
    /// How many transactions went with them.
    pub transactions_removed: i64,
    /// How many events went.
    pub events_removed: i64,
    /// How many old ticks were thinned out.
    pub ticks_removed: i64,
    /// How many refusals of guards were collected.
    pub refusals_collected: i64,
    /// How many empty partitions were taken away.
    pub partitions_dropped: i64,
    /// How many tables were not as the journal had them, and were put right.
    pub tables_reconciled: i64,
    /// How many checkpoints were taken, because so many changes had been recorded.
    pub checkpoints_taken: i64,
    /// How many checkpoints were dropped, because they were too many, too old, or told nothing more.
    pub checkpoints_dropped: i64,
    /// Whether more is to be done, by another call.
    pub more: bool,
    /// What could not be done now, and why.
    pub waiting: Vec<String>,
}

impl Journal {
    /// Does a bounded part of the upkeep, in one transaction: see `recall.maintain()`.
    ///
    /// # Errors
    /// When the connected user may not do it, or the server is gone.
    pub async fn maintain(&self) -> Result<Maintained, JournalError> {
        let row =
            self.client().query_one(include_str!("../sql/retention/maintain.sql"), &[]).await?;
        let report: serde_json::Value = row.try_get("report")?;
        Ok(serde_json::from_value(report).map_err(ServerError::unexpected)?)
    }

    /// Makes this session the one that keeps the journal, until it ends; whether it is.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn try_keep(&self) -> Result<bool, JournalError> {
        let row = self.client().query_one(include_str!("../sql/tick/try_keep.sql"), &[]).await?;
        Ok(row.try_get("alone")?)
    }
}

impl Maintained {
    /// Adds what a further call did.
    pub fn add(&mut self, later: Self) {
        self.ran |= later.ran;
        self.partitions_created += later.partitions_created;
        self.changes_moved += later.changes_moved;
        self.changes_removed += later.changes_removed;
        self.transactions_removed += later.transactions_removed;
        self.events_removed += later.events_removed;
        self.ticks_removed += later.ticks_removed;
        self.refusals_collected += later.refusals_collected;
        self.partitions_dropped += later.partitions_dropped;
        self.tables_reconciled += later.tables_reconciled;
        self.checkpoints_taken += later.checkpoints_taken;
        self.checkpoints_dropped += later.checkpoints_dropped;
        self.more = later.more;
        self.waiting = later.waiting;
    }
}
