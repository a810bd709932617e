use jiff::Timestamp;
use pgrecall_model::{Code, Explain, RelationId, RelationName, TxId};
use pgrecall_postgres::{Ask, ServerError};

use crate::patience::Patience;
use crate::term::Term;
use crate::{Journal, JournalError};

/// How many entries of an index one transaction looks at.
const BATCH: i32 = 10_000;

/// What is to go from the journal, as it was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionPlan {
    /// By partition and table.
    pub steps: Vec<RetentionStep>,
    relations: Vec<i32>,
    cutoffs: Vec<Timestamp>,
}

/// What is to go from one partition of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionStep {
    /// The partition of `recall.change`.
    pub partition: String,
    /// The table.
    pub table: RelationName,
    /// Its number in the journal.
    pub relation: RelationId,
    /// Changes before this time go.
    pub before: Timestamp,
    /// Whether the partition is emptied as a whole.
    pub whole: bool,
    /// How many changes.
    pub changes: i64,
    /// Their share of the space that the partition takes.
    pub bytes: i64,
    /// The time of the first of them.
    pub from_at: Timestamp,
    /// The time of the last.
    pub until_at: Timestamp,
    /// The lowest transaction of which changes go.
    pub from_tx: TxId,
    /// The highest.
    pub until_tx: TxId,
}

/// What a retention removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retained {
    /// How many changes.
    pub changes: i64,
    /// How many transactions to which nothing belonged any more.
    pub transactions: i64,
    /// How many events.
    pub events: i64,
    /// How many partitions were taken away.
    pub partitions: i64,
    /// What could not be done now, and why.
    pub waiting: Vec<String>,
}

/// How long something is kept by the upkeep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedTerm {
    /// The table; none for every table without a term of its own.
    pub relation: Option<RelationId>,
    /// How long, as the server prints it.
    pub keep: String,
    /// Who said so.
    pub set_by: String,
    /// When.
    pub set_at: Timestamp,
}

/// Where the journal of a table begins, after changes were removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// It is whole for moments from the end of this transaction on.
    pub tx: TxId,
    /// And for times from this one on.
    pub at: Timestamp,
}

/// Why retention could not be done.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The journal refused.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Another one runs.
    #[error("another retention or maintenance of this journal runs")]
    Busy,
}

impl Explain for RetentionError {
    fn code(&self) -> Code {
        match self {
            Self::Journal(error) => error.code(),
            Self::Busy => "journal/busy",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Journal(error) => error.hint(),
            Self::Busy => Some("nothing was changed; try again when it is done".to_owned()),
        }
    }
}

impl Journal {
    /// Plans what goes if changes are kept for `term`: those of `tables`, or those of every table
    /// that has no term of its own.
    ///
    /// What is said for every table goes by whole months unless it is to be `exact`, because a
    /// month is a partition that can be emptied at once.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn plan_retention(
        &self,
        term: Term,
        tables: Option<&[RelationId]>,
        exact: bool,
    ) -> Result<RetentionPlan, JournalError> {
        let numbers: Option<Vec<i32>> = tables.map(|ids| ids.iter().map(|id| id.0).collect());
        let cutoffs = include_str!("../sql/retention/cutoffs.sql");
        let rows = self.client().query(cutoffs, &[&term.to_string(), &numbers, &exact]).await?;
        let mut plan =
            RetentionPlan { steps: Vec::new(), relations: Vec::new(), cutoffs: Vec::new() };
        for row in &rows {
            plan.relations.push(row.try_get("relation")?);
            plan.cutoffs.push(row.try_get("before")?);
        }
        let rows = self
            .client()
            .query(include_str!("../sql/retention/plan.sql"), &[&plan.relations, &plan.cutoffs])
            .await?;
        let names = self.names().await?;
        for row in &rows {
            let relation = RelationId(row.try_get("relation")?);
            let name = names.get(&relation).ok_or_else(|| {
                ServerError::unexpected(format!("the journal has no table {relation}"))
            })?;
            plan.steps.push(step(row, relation, name)?);
        }
        Ok(plan)
    }

    /// Removes what was planned, in small transactions for which no writer waits.
    ///
    /// # Errors
    /// When the connected user may not do it, when another retention runs, or when the server is
    /// gone. What was removed until then is noted in the journal.
    pub async fn retain(&mut self, plan: &RetentionPlan) -> Result<Retained, RetentionError> {
        let lock = include_str!("../sql/retention/try_alone.sql");
        let alone = self.client().query_one(lock, &[]).await.map_err(JournalError::from)?;
        if !alone.try_get::<_, bool>("alone").map_err(JournalError::from)? {
            return Err(RetentionError::Busy);
        }
        let outcome = self.retain_alone(plan).await;
        // If this fails the connection is gone, and the lock with it.
        let _ =
            self.client().query(include_str!("../sql/retention/no_longer_alone.sql"), &[]).await;
        Ok(outcome?)
    }

    async fn retain_alone(&self, plan: &RetentionPlan) -> Result<Retained, JournalError> {
        let waiting = self.drop_old_checkpoints(&plan.relations, &plan.cutoffs).await?;
        let mut retained = Retained { waiting, ..Retained::default() };
        let mut emptied: Option<&str> = None;
        for step in &plan.steps {
            if !step.whole {
                retained.changes += self.remove_changes(step).await?;
            } else if emptied != Some(&step.partition) {
                emptied = Some(&step.partition);
                match self.remove_month(plan, &step.partition).await? {
                    Some(removed) => retained.changes += removed,
                    None => retained.waiting.push(format!(
                        "{} is being read, so it could not be emptied",
                        step.partition
                    )),
                }
            }
        }
        self.remove_transactions(plan, &mut retained).await?;
        let row =
            self.client().query_one(include_str!("../sql/retention/drop_empty.sql"), &[]).await?;
        retained.partitions = row.try_get::<_, i32>("dropped")?.into();
        if row.try_get::<_, i32>("waiting")? > 0 {
            let reason = "the journal is in use, so empty partitions could not be dropped";
            retained.waiting.push(reason.to_owned());
        }
        Ok(retained)
    }

    /// Empties a partition; nothing where readers keep it locked.
    async fn remove_month(
        &self,
        plan: &RetentionPlan,
        partition: &str,
    ) -> Result<Option<i64>, JournalError> {
        let sql = include_str!("../sql/retention/remove_month.sql");
        let mut patience = Patience::default();
        loop {
            let outcome =
                self.client().query_one(sql, &[&partition, &plan.relations, &plan.cutoffs]).await;
            match outcome.map_err(ServerError::from) {
                Ok(row) => return Ok(Some(row.try_get("removed")?)),
                Err(error) if patience.allows(&error).await => {}
                Err(error) if error.is_lock_timeout() => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Removes the changes of a step one by one, a batch a transaction.
    async fn remove_changes(&self, step: &RetentionStep) -> Result<i64, JournalError> {
        let sql = include_str!("../sql/retention/remove_changes.sql");
        let (mut record, mut tx, mut id) = (None::<i64>, None::<i64>, None::<i64>);
        let mut removed = 0;
        loop {
            let row = self
                .client()
                .query_one(
                    sql,
                    &[&step.partition, &step.relation.0, &step.before, &BATCH, &record, &tx, &id],
                )
                .await?;
            (record, tx, id) =
                (row.try_get("record")?, row.try_get("after_tx")?, row.try_get("after_id")?);
            removed += row.try_get::<_, i64>("removed")?;
            if row.try_get("finished")? {
                return Ok(removed);
            }
        }
    }

    async fn remove_transactions(
        &self,
        plan: &RetentionPlan,
        retained: &mut Retained,
    ) -> Result<(), JournalError> {
        let Some(before) = plan.cutoffs.iter().max() else { return Ok(()) };
        let events_before =
            plan.relations.iter().position(|&id| id == 0).map(|at| plan.cutoffs[at]);
        let sql = include_str!("../sql/retention/remove_transactions.sql");
        let mut after = None::<i64>;
        loop {
            let row =
                self.client().query_one(sql, &[before, &events_before, &BATCH, &after]).await?;
            retained.transactions += row.try_get::<_, i64>("removed")?;
            retained.events += row.try_get::<_, i64>("events")?;
            after = row.try_get("after_tx")?;
            if row.try_get("finished")? {
                return Ok(());
            }
        }
    }

    /// How long changes are kept by the upkeep.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn terms(&self) -> Result<Vec<SavedTerm>, JournalError> {
        let rows = self.client().query(include_str!("../sql/retention/terms.sql"), &[]).await?;
        let term = |row: &tokio_postgres::Row| -> Result<SavedTerm, tokio_postgres::Error> {
            let relation: i32 = row.try_get("relation")?;
            Ok(SavedTerm {
                relation: (relation != 0).then_some(RelationId(relation)),
                keep: row.try_get("keep")?,
                set_by: row.try_get("set_by")?,
                set_at: row.try_get("set_at")?,
            })
        };
        Ok(rows.iter().map(term).collect::<Result<_, _>>()?)
    }

    /// Says how long changes of a table, or of every table without a term of its own, are kept
    /// from now on; none: forever.
    ///
    /// # Errors
    /// When the connected user may not do it.
    pub async fn keep(
        &self,
        relation: Option<RelationId>,
        term: Option<Term>,
    ) -> Result<(), JournalError> {
        let number = relation.map_or(0, |relation| relation.0);
        let term = term.map(|term| term.to_string());
        self.client().execute(include_str!("../sql/retention/keep.sql"), &[&term, &number]).await?;
        Ok(())
    }

    /// Where the journal of a table begins, if changes of it were removed.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn horizon(&self, relation: RelationId) -> Result<Option<Horizon>, JournalError> {
        let sql = include_str!("../sql/retention/horizon.sql");
        let row = self.database().row(sql, &[&relation.0]).await?;
        let (tx, at): (Option<i64>, Option<Timestamp>) = (row.try_get("tx")?, row.try_get("at")?);
        Ok(tx.zip(at).map(|(tx, at)| Horizon { tx: TxId(tx), at }))
    }

    /// Whether some of the changes of a transaction were removed while others are still there.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn is_trimmed(&self, tx: TxId) -> Result<bool, JournalError> {
        let sql = include_str!("../sql/retention/is_trimmed.sql");
        Ok(self.client().query_one(sql, &[&tx.0]).await?.try_get("trimmed")?)
    }
}

fn step(
    row: &tokio_postgres::Row,
    relation: RelationId,
    table: &RelationName,
) -> Result<RetentionStep, tokio_postgres::Error> {
    Ok(RetentionStep {
        partition: row.try_get("partition")?,
        table: table.clone(),
        relation,
        before: row.try_get("before")?,
        whole: row.try_get("whole")?,
        changes: row.try_get("changes")?,
        bytes: row.try_get("bytes")?,
        from_at: row.try_get("from_at")?,
        until_at: row.try_get("until_at")?,
        from_tx: TxId(row.try_get("from_tx")?),
        until_tx: TxId(row.try_get("until_tx")?),
    })
}
