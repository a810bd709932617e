//! An undo in several transactions. It stands in the journal with all its steps before the first of
//! them is done, and each transaction takes off what it does: whatever happens in between, somebody
//! can finish it or take it back.

pub(crate) mod parts;

use std::collections::BTreeMap;

use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{Plan, PlanHash, RelationId, Selection, TxId};
use pgrecall_postgres::ServerError;
use pgrecall_postgres::catalogue::Column;
use serde::{Deserialize, Serialize};
use tokio_postgres::{GenericClient, Transaction};

use crate::apply::{self, Applied, Options};
use crate::prepare;
use crate::recorded::Recorded;
use crate::rights::Rights;
use crate::steps::{self, Batch};
use crate::{Prepared, Progress, Triggers, UndoError};

/// How an undo is cut into transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// About how many rows each of them has.
    pub rows: u32,
    /// The unfinished run of which this takes back what was done, and in whose place it comes.
    pub takes_back: Option<i64>,
}

/// An unfinished undo, which nobody else can go on with as long as the connection lasts.
#[derive(Debug)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// How many rows it is about.
    pub rows: u64,
    /// How many of them are done.
    pub done: u64,
    /// The run of which it takes back what was done.
    pub takes_back: Option<i64>,
    reason: Option<String>,
    progress: Progress,
    kept: Kept,
}

/// What is kept of a plan beside its steps.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    hash: PlanHash,
    selection: Selection,
    reverses: Vec<TxId>,
    statements: Vec<Batch>,
    tables: Vec<(RelationId, Columns)>,
    columns: Option<Vec<String>>,
    is_cyclic: bool,
    bulk: bool,
    triggers: Triggers,
    rights: Rights,
    part_rows: u32,
}

/// The columns of a table with their types.
type Columns = Vec<(String, String)>;

/// Which part of a run a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) run: i64,
    number: i32,
    steps: u64,
}

impl Run {
    /// Keeps a plan in the journal, to be carried out in several transactions. Nothing of it is done
    /// yet.
    ///
    /// # Errors
    /// When something stands in its way, or when the server refuses.
    pub async fn begin(
        journal: &mut Journal,
        prepared: &Prepared,
        options: &Options,
        cut: Cut,
    ) -> Result<Self, UndoError> {
        apply::check(journal, prepared).await?;
        let kept = Kept::of(prepared, options, cut);
        let plan = serde_json::to_value(&kept).map_err(ServerError::unexpected)?;
        let size = i64::try_from(prepared.size()).map_err(ServerError::unexpected)?;
        let begins = parts::begins(size, i64::from(cut.rows), prepared.inseparable.clone());
        let actor = journal.actor().map(str::to_owned);
        let hash = prepared.plan.hash.to_string();
        let transaction = journal.begin().await?;
        let begin = include_str!("../sql/run/begin.sql");
        let run = transaction
            .query_one(begin, &[&actor, &options.reason, &hash, &plan, &size, &cut.takes_back])
            .await?;
        let id: i64 = run.try_get("run")?;
        if !lock(&transaction, id).await? {
            return Err(UndoError::RunBusy(id));
        }
        let keep = include_str!("../sql/run/keep_steps.sql");
        let kept_steps: i64 =
            transaction.query_one(keep, &[&id, &begins]).await?.try_get("kept")?;
        if kept_steps != size {
            return Err(UndoError::Superseded);
        }
        transaction.commit().await?;
        Ok(Self {
            id,
            rows: prepared.size(),
            done: 0,
            takes_back: cut.takes_back,
            reason: options.reason.clone(),
            progress: Progress::default(),
            kept,
        })
    }

    /// Opens a run that somebody began, to go on with it.
    ///
    /// # Errors
    /// When there is none that is unfinished, or when somebody else is at it.
    pub async fn open(journal: &Journal, id: i64) -> Result<Self, UndoError> {
        if !lock(journal.client(), id).await? {
            return Err(UndoError::RunBusy(id));
        }
        let Some(row) =
            journal.client().query_opt(include_str!("../sql/run/open.sql"), &[&id]).await?
        else {
            unlock(journal, id).await?;
            let done = transactions(journal, id).await?;
            return Err(match done.last() {
                Some(&last) => UndoError::RunFinished { id, last },
                None => UndoError::UnknownRun(id),
            });
        };
        let count = |column: &str| -> Result<u64, ServerError> {
            u64::try_from(row.try_get::<_, i64>(column)?).map_err(ServerError::unexpected)
        };
        Ok(Self {
            id,
            rows: count("rows")?,
            done: count("done")?,
            takes_back: row.try_get("takes_back")?,
            reason: row.try_get("reason")?,
            progress: Progress::starting_at(count("done")?),
            kept: serde_json::from_value(row.try_get("plan")?).map_err(ServerError::unexpected)?,
        })
    }

    /// How far it is, for somebody who looks on.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// With whose rights it is carried out.
    #[must_use]
    pub fn rights(&self) -> Rights {
        self.kept.rights
    }

    /// About how many rows each of its transactions has.
    #[must_use]
    pub fn part_rows(&self) -> u32 {
        self.kept.part_rows
    }

    /// Carries out the next part, in a transaction of its own; `None` if nothing is left.
    ///
    /// # Errors
    /// As [`apply`](crate::apply()); nothing of the part is done then.
    pub async fn advance(&mut self, journal: &mut Journal) -> Result<Option<Applied>, UndoError> {
        if self.done == self.rows {
            unlock(journal, self.id).await?;
            return Ok(None);
        }
        let part = self.next_part(journal).await?;
        let (triggers, reason) = (self.kept.triggers, self.reason.clone());
        let options = Options { triggers, reason, ..Options::default() };
        let applied = crate::apply(journal, &part, &options).await?;
        self.done += part.size();
        self.progress.add(part.size());
        Ok(Some(applied))
    }

    /// What an error means that stopped it: if nothing is done yet, the run is forgotten, and it is the
    /// error that it would have been in one transaction.
    pub async fn stopped(self, journal: &Journal, error: UndoError) -> UndoError {
        let dropped = async {
            let sql = include_str!("../sql/run/drop.sql");
            let row = journal.client().query_one(sql, &[&self.id]).await?;
            unlock(journal, self.id).await?;
            Ok::<bool, UndoError>(row.try_get("dropped")?)
        };
        if self.done == 0 && self.takes_back.is_none() && matches!(dropped.await, Ok(true)) {
            return error;
        }
        // If the connection is lost the server has let go of it already.
        let _ = unlock(journal, self.id).await;
        let Self { id, done, rows, takes_back, .. } = self;
        UndoError::Stopped {
            id,
            done,
            rows,
            reversible: takes_back.is_none(),
            source: Box::new(error),
        }
    }

    /// What takes back what was done of it; `None` if that is nothing.
    ///
    /// # Errors
    /// When it takes back another run itself, or when the server refuses.
    pub async fn reversal(&self, journal: &Journal) -> Result<Option<Selection>, UndoError> {
        if let Some(other) = self.takes_back {
            return Err(UndoError::TakesBack { id: self.id, other });
        }
        // Any of them stands for all.
        let done = transactions(journal, self.id).await?;
        Ok(done.first().map(|&first| Selection::transactions(&[first])))
    }

    /// Forgets it, if nothing of it was done.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn forget(self, journal: &Journal) -> Result<(), UndoError> {
        journal.client().query_one(include_str!("../sql/run/drop.sql"), &[&self.id]).await?;
        unlock(journal, self.id).await
    }

    /// The plan for what is to be done next.
    async fn next_part(&self, journal: &Journal) -> Result<Prepared, UndoError> {
        let client = journal.client();
        client.batch_execute(include_str!("../sql/steps.sql")).await?;
        let next = client.query_one(include_str!("../sql/run/next_part.sql"), &[&self.id]).await?;
        let Some(number) = next.try_get::<_, Option<i32>>("part")? else {
            return Err(UndoError::UnknownRun(self.id));
        };
        let plan = steps::next_plan();
        client
            .execute(include_str!("../sql/run/load_part.sql"), &[&self.id, &number, &plan])
            .await?;
        client.batch_execute(include_str!("../sql/analyze.sql")).await?;
        let mut prepared = self.prepared(journal).await?;
        prepared.number = plan;
        prepared.batches = self.statements(journal, plan).await?;
        prepared.plan.rows = prepare::counts(&prepared);
        prepared.part = Some(Part { run: self.id, number, steps: prepared.size() });
        Ok(prepared)
    }

    /// The plan without its steps, on the tables as they are now.
    async fn prepared(&self, journal: &Journal) -> Result<Prepared, UndoError> {
        let recorded = Recorded::open(journal).await?;
        let mut tables = BTreeMap::new();
        for (relation, columns) in &self.kept.tables {
            let known = recorded.table(*relation).ok_or(UndoError::UnknownRun(self.id))?;
            if columns_of(known) != *columns || known.relation.oid.is_none() {
                return Err(UndoError::TableAltered(known.relation.name.clone()));
            }
            tables.insert(*relation, known.clone());
        }
        let selection = self.kept.selection.clone();
        let mut prepared =
            prepare::empty(journal, &recorded, (selection, self.kept.rights), tables).await?;
        prepared.plan = Plan {
            hash: self.kept.hash.clone(),
            reverses: self.kept.reverses.clone(),
            ..prepared.plan
        };
        prepared.is_cyclic = self.kept.is_cyclic;
        prepared.bulk = self.kept.bulk;
        prepared.columns.clone_from(&self.kept.columns);
        Ok(prepared)
    }

    /// The statements of the steps that are loaded.
    async fn statements(&self, journal: &Journal, plan: i64) -> Result<Vec<Batch>, UndoError> {
        let sql = include_str!("../sql/steps_left.sql");
        let mut batches = Vec::new();
        for row in journal.client().query(sql, &[&plan]).await? {
            let number: i32 = row.try_get("batch")?;
            let whole = self.kept.statements.iter().find(|batch| batch.number == number);
            let whole = whole.ok_or(UndoError::UnknownRun(self.id))?;
            let steps: i64 = row.try_get("steps")?;
            batches.push(Batch {
                steps: u64::try_from(steps).map_err(ServerError::unexpected)?,
                first: row.try_get("first")?,
                last: row.try_get("last")?,
                ..whole.clone()
            });
        }
        Ok(batches)
    }
}

impl Kept {
    fn of(prepared: &Prepared, options: &Options, cut: Cut) -> Self {
        let plan = &prepared.plan;
        let tables = prepared.tables.iter().map(|(id, table)| (*id, columns_of(table)));
        Self {
            hash: plan.hash.clone(),
            selection: plan.selection.clone(),
            reverses: plan.reverses.clone(),
            statements: prepared.batches.clone(),
            tables: tables.collect(),
            columns: prepared.columns.clone(),
            is_cyclic: prepared.is_cyclic,
            bulk: prepared.bulk,
            triggers: options.triggers,
            rights: prepared.rights(),
            part_rows: cut.rows,
        }
    }
}

fn columns_of(table: &TrackedTable) -> Columns {
    let column = |column: &Column| (column.name.as_str().to_owned(), column.type_name.clone());
    table.columns.iter().map(column).collect()
}

impl Part {
    /// Takes the steps off the run, in the transaction that carries them out.
    pub(crate) async fn take_off(self, transaction: &Transaction<'_>) -> Result<(), UndoError> {
        let sql = include_str!("../sql/run/advance.sql");
        let row = transaction.query_one(sql, &[&self.run, &self.number]).await?;
        let steps: i64 = row.try_get("steps")?;
        if u64::try_from(steps) == Ok(self.steps) { Ok(()) } else { Err(UndoError::Superseded) }
    }
}

/// The transactions of a run so far.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn transactions(journal: &Journal, run: i64) -> Result<Vec<TxId>, UndoError> {
    let rows = journal.client().query(include_str!("../sql/run/transactions.sql"), &[&run]).await?;
    rows.iter().map(|row| Ok(TxId(row.try_get("tx")?))).collect()
}

async fn lock(client: &impl GenericClient, run: i64) -> Result<bool, UndoError> {
    let row = client.query_one(include_str!("../sql/run/lock.sql"), &[&run]).await?;
    Ok(row.try_get("locked")?)
}

async fn unlock(journal: &Journal, run: i64) -> Result<(), UndoError> {
    journal.client().query_one(include_str!("../sql/run/unlock.sql"), &[&run]).await?;
    Ok(())
}
