//! Brings the journal's idea of the tables up to what the catalogue shows.

use pgrecall_model::{Explain, RelationName};
use pgrecall_postgres::catalogue::{self, Table};

use crate::inspection::{Finding, Inspection, inspect};
use crate::patience::Patience;
use crate::tracked::{self, TrackedTable};
use crate::{GuardOptions, Journal, JournalError, TrackOptions, schema};

/// A table that is not as the journal has it.
#[derive(Debug)]
pub struct Reconciled {
    /// The table.
    pub table: RelationName,
    /// In what it differed.
    pub found: Vec<Finding>,
    /// What became of it.
    pub outcome: Mending,
}

/// What became of a difference.
#[derive(Debug)]
pub enum Mending {
    /// Nothing: it was to be shown only.
    Shown,
    /// It was put right.
    Mended,
    /// It could not be put right.
    Failed(JournalError),
}

/// The event triggers that tell the journal of schema changes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventTriggers {
    /// They are there and fire.
    Present,
    /// They are there, and somebody disabled one.
    Disabled,
    /// They are not there, and the connected user may make them.
    Missing,
    /// They are not there, and the connected user may not make them.
    Forbidden,
}

/// What is to be done about a table.
struct Task<'t> {
    name: RelationName,
    found: Vec<Finding>,
    deed: Deed<'t>,
}

enum Deed<'t> {
    Track(&'t Table, TrackOptions, GuardOptions),
    Untrack(TrackedTable),
    Close(TrackedTable),
    /// It cannot be told what is to be done.
    Fail(JournalError),
}

impl Journal {
    /// Compares every table that is tracked, or is to be, with what the journal knows of it, and
    /// puts right what differs, each table in a transaction of its own. With `dry_run` nothing is
    /// changed.
    ///
    /// # Errors
    /// When the server is gone. What goes wrong with one table does not keep the others from being
    /// put right.
    pub async fn reconcile(&mut self, dry_run: bool) -> Result<Vec<Reconciled>, JournalError> {
        let tables = catalogue::tables(self.client()).await?;
        let known = tracked::all(self.client()).await?;
        let mut done = Vec::new();
        for task in self.tasks(&tables, &known).await? {
            let outcome = match self.perform(task.deed, dry_run).await {
                Err(error) if error.code() == "server/disconnected" => return Err(error),
                Err(error) => Mending::Failed(error),
                Ok(outcome) => outcome,
            };
            done.push(Reconciled { table: task.name, found: task.found, outcome });
        }
        Ok(done)
    }

    /// Whether the connected user may write in the journal as its owner does.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn may_reconcile(&self) -> Result<bool, JournalError> {
        let sql = include_str!("../sql/reconcile/is_permitted.sql");
        Ok(self.client().query_one(sql, &[]).await?.try_get(0)?)
    }

    /// Whether the event triggers are there.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn event_triggers(&self) -> Result<EventTriggers, JournalError> {
        let sql = include_str!("../sql/reconcile/event_triggers.sql");
        let row = self.client().query_one(sql, &[]).await?;
        let (enabled, present): (i64, i64) = (row.try_get("enabled")?, row.try_get("present")?);
        Ok(match (enabled, present, row.try_get("permitted")?) {
            (2, _, _) => EventTriggers::Present,
            (_, 2, _) => EventTriggers::Disabled,
            (_, _, true) => EventTriggers::Missing,
            (_, _, false) => EventTriggers::Forbidden,
        })
    }

    /// Makes the event triggers that are missing, where the connected user may.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn create_event_triggers(&mut self) -> Result<(), JournalError> {
        let transaction = self.begin().await?;
        transaction.batch_execute(schema::EVENT_TRIGGERS).await?;
        Ok(transaction.commit().await?)
    }

    async fn tasks<'t>(
        &self,
        tables: &'t [Table],
        known: &[TrackedTable],
    ) -> Result<Vec<Task<'t>>, JournalError> {
        let mut tasks = Vec::new();
        let mut seen = Vec::new();
        for table in tables {
            let pattern = self.pattern_for(table.oid).await?.filter(|pattern| pattern.tracked);
            let options = match &pattern {
                Some(pattern) => pattern.options.track_options()?,
                None => TrackOptions::default(),
            };
            let name = table.name.clone();
            let found = match inspect(self.client(), table, &TrackOptions::default(), known).await {
                Ok(found) => found,
                Err(error) => {
                    seen.extend(known.iter().filter(|k| k.relation.oid == Some(table.oid)).map(id));
                    tasks.push(Task { name, found: Vec::new(), deed: Deed::Fail(error) });
                    continue;
                }
            };
            seen.extend(found.known.as_ref().map(id));
            let new = !found.is_tracked();
            if found.is_paused() {
                // To bring it up to date would be to resume it.
                continue;
            }
            if found.is_recorded_above() {
                tasks.extend(recorded_above(found));
                continue;
            }
            if new && !found.is_restored() && (table.partition || pattern.is_none()) {
                continue;
            }
            let findings = found.findings();
            if findings.is_empty() {
                continue;
            }
            // What was settled for a tracked table stays; the options are for new ones.
            let (options, guards) = match &pattern {
                Some(pattern) if new || findings.contains(&Finding::New) => {
                    (options, pattern.options.guard_options()?)
                }
                _ => (TrackOptions::default(), GuardOptions::default()),
            };
            tasks.push(Task { name, found: findings, deed: Deed::Track(table, options, guards) });
        }
        let gone = self.gone().await?;
        let gone = known.iter().filter(|k| gone.contains(&id(k)) && !seen.contains(&id(k)));
        tasks.extend(gone.map(|known| Task {
            name: known.relation.name.clone(),
            found: vec![Finding::Dropped],
            deed: Deed::Close(known.clone()),
        }));
        Ok(tasks)
    }

    /// Tables that are tracked as far as the journal knows, and that are no longer there.
    async fn gone(&self) -> Result<Vec<i32>, JournalError> {
        let rows = self.client().query(include_str!("../sql/reconcile/gone.sql"), &[]).await?;
        Ok(rows.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?)
    }

    async fn perform(&mut self, deed: Deed<'_>, dry_run: bool) -> Result<Mending, JournalError> {
        match deed {
            Deed::Fail(error) => return Err(error),
            _ if dry_run => return Ok(Mending::Shown),
            Deed::Track(table, options, guards) => {
                self.track(table, &options).await?;
                self.guard(table, &guards).await?;
            }
            Deed::Untrack(table) => {
                self.note_gap(&table, "recorded above").await?;
                self.untrack(&table).await?;
            }
            Deed::Close(table) => self.close(&table).await?,
        }
        Ok(Mending::Mended)
    }

    async fn close(&mut self, table: &TrackedTable) -> Result<(), JournalError> {
        let mut patience = Patience::default();
        loop {
            match self.close_once(table).await {
                Err(JournalError::Server(error)) if patience.allows(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn close_once(&mut self, table: &TrackedTable) -> Result<(), JournalError> {
        let close = include_str!("../sql/reconcile/close.sql");
        let transaction = self.begin().await?;
        transaction.execute(close, &[&table.relation.id.0]).await?;
        Ok(transaction.commit().await?)
    }
}

fn id(table: &TrackedTable) -> i32 {
    table.relation.id.0
}

/// A partition that is tracked by itself is recorded by the table above it, if that is tracked.
fn recorded_above(found: Inspection<'_>) -> Option<Task<'_>> {
    let name = found.wanted.table.name.clone();
    let known = found.known?;
    Some(Task {
        name,
        found: vec![Finding::Unnoticed { reason: "recorded above".to_owned() }],
        deed: Deed::Untrack(known),
    })
}
