//! Typed copies of tables at a moment, from which looks at earlier moments begin.

use jiff::Timestamp;
use pgrecall_model::{Ident, RelationId, RelationName, TickId};
use pgrecall_postgres::{Ask, ServerError, Template, catalogue};
use serde_json::json;
use tokio_postgres::{IsolationLevel, Transaction};

use crate::patience::Patience;
use crate::tick;
use crate::{Journal, JournalError, Snapshot, TrackedTable, open};

/// A copy of a table at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its number in `recall.checkpoint`.
    pub id: i64,
    /// The table.
    pub relation: RelationId,
    /// The same moment as a tick, as long as that is kept.
    pub tick: TickId,
    /// The time of what is in it.
    pub at: Timestamp,
    /// How many rows it has.
    pub rows: i64,
    /// How much space it takes, with its indexes.
    pub bytes: i64,
    /// Whether it is used: the table has the same columns, and the copy has its rows.
    pub usable: bool,
}

/// A copy that the connected user may read in place of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadableCheckpoint {
    /// Its number in `recall.checkpoint`.
    pub id: i64,
    /// The copy.
    pub copy: RelationName,
    /// What is in it.
    pub snapshot: Snapshot,
}

/// After how many changes the upkeep takes a checkpoint of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointPolicy {
    /// The table.
    pub relation: RelationId,
    /// After so many.
    pub changes: i64,
    /// How many checkpoints are kept.
    pub keep: i32,
    /// Who said so.
    pub set_by: String,
    /// When.
    pub set_at: Timestamp,
}

/// Why no checkpoint of a table can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoCheckpoint {
    /// Its rows cannot be told apart.
    NoKey,
    /// Some of its columns are not recorded as they are.
    HiddenColumns,
    /// Only some of its changes are recorded.
    Selective,
    /// Nobody has looked after it since it was altered.
    Altered,
}

/// What the upkeep did about checkpoints.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) taken: i64,
    pub(crate) dropped: i64,
    pub(crate) waiting: Vec<String>,
}

impl NoCheckpoint {
    /// Why, as the end of a sentence about the table.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoKey => "it has no key",
            Self::HiddenColumns => "some of its columns are left out or hashed",
            Self::Selective => "only some of its changes are recorded",
            Self::Altered => "it was altered, and nobody has looked after it since",
        }
    }

    /// What can be done about it.
    pub(crate) fn hint(self, table: &RelationName) -> String {
        match self {
            Self::NoKey => format!(
                "give {table} a primary key and track it again; `pgrecall at` reads it without, only slower"
            ),
            Self::HiddenColumns | Self::Selective => {
                "a copy would hold what is not to be recorded, or not agree with what is; `pgrecall at` reads \
                 the table without, only slower"
                    .to_owned()
            }
            Self::Altered => "run `pgrecall reconcile`".to_owned(),
        }
    }

    fn of(table: &TrackedTable) -> Option<Self> {
        if table.relation.key.is_empty() {
            Some(Self::NoKey)
        } else if !table.is_complete() {
            Some(Self::HiddenColumns)
        } else if table.selectivity.is_partial() {
            Some(Self::Selective)
        } else if table.present_shape().is_none() || table.check_key().is_err() {
            Some(Self::Altered)
        } else {
            None
        }
    }
}

impl Journal {
    /// All checkpoints, the oldest first.
    ///
    /// # Errors
    /// When the connected user may not read them, or the server is gone.
    pub async fn checkpoints(&self) -> Result<Vec<Checkpoint>, JournalError> {
        let rows = self.client().query(include_str!("../sql/checkpoint/list.sql"), &[]).await?;
        Ok(rows.iter().map(checkpoint).collect::<Result<_, _>>()?)
    }

    /// The checkpoints that the connected user may read in place of a table, the oldest first. None
    /// for those who may not read any.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn readable_checkpoints(
        &self,
        relation: RelationId,
    ) -> Result<Vec<ReadableCheckpoint>, JournalError> {
        let sql = include_str!("../sql/checkpoint/readable.sql");
        let mut found = Vec::new();
        for row in self.database().rows(sql, &[&relation.0]).await? {
            let copy = copy_named(row.try_get("copy")?)?;
            let snapshot = tick::snapshot(&row, "upper", "open")?;
            found.push(ReadableCheckpoint { id: row.try_get("id")?, copy, snapshot });
        }
        Ok(found)
    }

    /// Copies a tracked table as it is at one moment. No writer waits for it.
    ///
    /// # Errors
    /// When the table is of a kind of which there are none, when policies hide rows of it, when it stays
    /// locked, or when rights are missing. Nothing is kept then.
    pub async fn take_checkpoint(
        &mut self,
        table: &TrackedTable,
    ) -> Result<Checkpoint, JournalError> {
        let name = &table.relation.name;
        let (Some(oid), true) = (table.relation.oid, table.relation.tracked) else {
            return Err(JournalError::NotTracked(name.clone()));
        };
        if let Some(reason) = NoCheckpoint::of(table) {
            return Err(JournalError::NoCheckpoint { table: name.clone(), reason });
        }
        let visible = include_str!("../sql/reconcile/is_visible.sql");
        if !self.client().query_one(visible, &[&oid]).await?.try_get::<_, bool>(0)? {
            return Err(JournalError::RowsHidden(name.clone()));
        }
        let mut patience = Patience::default();
        let (checkpoint, copy) = loop {
            match self.take_checkpoint_once(table, oid).await {
                Err(JournalError::Server(error)) if patience.allows(&error).await => {}
                outcome => break outcome?,
            }
        };
        let vacuum =
            Template::new(include_str!("../sql/checkpoint/vacuum.sql")).with("copy", &copy);
        // The copy is as good without.
        let _ = self.client().batch_execute(&vacuum.sql()).await;
        Ok(checkpoint)
    }

    async fn take_checkpoint_once(
        &mut self,
        table: &TrackedTable,
        oid: u32,
    ) -> Result<(Checkpoint, RelationName), JournalError> {
        let reason = format!("checkpoint of {}", table.relation.name);
        let context = json!({ "actor": self.actor(), "reason": reason });
        let built = self.client_mut().build_transaction();
        let transaction = built.isolation_level(IsolationLevel::RepeatableRead).start().await?;
        open::give_up_soon(&transaction).await?;
        let lock = Template::new(include_str!("../sql/baseline/lock_table.sql"))
            .with("table", &table.relation.name);
        transaction.batch_execute(&lock.sql()).await?;
        transaction.execute(include_str!("../sql/track/set_context.sql"), &[&context]).await?;
        let tick = transaction.query_one(include_str!("../sql/tick/take.sql"), &[]).await?;
        let tick: i64 = tick.try_get("tick")?;
        let begin = include_str!("../sql/checkpoint/begin.sql");
        let row = transaction.query_one(begin, &[&table.relation.id.0, &tick]).await?;
        let (id, copy): (i64, _) = (row.try_get("id")?, copy_named(row.try_get("copy")?)?);
        let rows = copy_rows(&transaction, table, oid, &copy).await?;
        let end =
            transaction.query_one(include_str!("../sql/checkpoint/end.sql"), &[&id, &rows]).await?;
        transaction.commit().await?;
        let checkpoint = Checkpoint {
            id,
            relation: table.relation.id,
            tick: TickId(tick),
            at: row.try_get("at")?,
            rows,
            bytes: end.try_get("bytes")?,
            usable: true,
        };
        Ok((checkpoint, copy))
    }

    /// Drops checkpoints by their numbers; tells how many there were.
    ///
    /// # Errors
    /// When the connected user may not do it, or when one is being read and stays so.
    pub async fn drop_checkpoints(&self, ids: &[i64]) -> Result<i64, JournalError> {
        let mut patience = Patience::default();
        loop {
            let sql = include_str!("../sql/checkpoint/drop.sql");
            match self.client().query_one(sql, &[&ids]).await.map_err(ServerError::from) {
                Err(error) if patience.allows(&error).await => {}
                outcome => return Ok(outcome?.try_get("dropped")?),
            }
        }
    }

    /// Drops the checkpoints from before the times at which the changes of these tables are to begin;
    /// tells how many, and what could not be dropped.
    pub(crate) async fn drop_old_checkpoints(
        &self,
        relations: &[i32],
        cutoffs: &[Timestamp],
    ) -> Result<Vec<String>, JournalError> {
        let sql = include_str!("../sql/checkpoint/drop_old.sql");
        let row = self.client().query_one(sql, &[&relations, &cutoffs]).await?;
        Ok(row.try_get("waiting")?)
    }

    /// After how many changes of which tables the upkeep takes checkpoints.
    ///
    /// # Errors
    /// When the connected user may not read that, or the server is gone.
    pub async fn checkpoint_policies(&self) -> Result<Vec<CheckpointPolicy>, JournalError> {
        let sql = include_str!("../sql/checkpoint/policies.sql");
        let policy = |row: &tokio_postgres::Row| -> Result<_, tokio_postgres::Error> {
            Ok(CheckpointPolicy {
                relation: RelationId(row.try_get("relation")?),
                changes: row.try_get("changes")?,
                keep: row.try_get("keep")?,
                set_by: row.try_get("set_by")?,
                set_at: row.try_get("set_at")?,
            })
        };
        let rows = self.client().query(sql, &[]).await?;
        Ok(rows.iter().map(policy).collect::<Result<_, _>>()?)
    }

    /// Says after how many changes the upkeep takes a checkpoint of a table, and how many it keeps.
    ///
    /// # Errors
    /// When the table is of a kind of which there are none, or when the connected user may not say so.
    pub async fn checkpoint_every(
        &self,
        table: &TrackedTable,
        changes: i64,
        keep: i32,
    ) -> Result<(), JournalError> {
        if let Some(reason) = NoCheckpoint::of(table) {
            return Err(JournalError::NoCheckpoint { table: table.relation.name.clone(), reason });
        }
        let sql = include_str!("../sql/checkpoint/every.sql");
        let relation = table.relation.id.0;
        self.client().query_one(sql, &[&relation, &Some(changes), &Some(keep)]).await?;
        Ok(())
    }

    /// Lets the upkeep take no more checkpoints of a table; whether it took any.
    ///
    /// # Errors
    /// When the connected user may not say so.
    pub async fn checkpoint_never(&self, relation: RelationId) -> Result<bool, JournalError> {
        let sql = include_str!("../sql/checkpoint/every.sql");
        let row = self.client().query_one(sql, &[&relation.0, &None::<i64>, &None::<i32>]).await?;
        Ok(row.try_get("took")?)
    }

    /// Takes the checkpoints that are due, and drops those that are too many.
    pub(crate) async fn keep_checkpoints(&mut self) -> Result<Kept, JournalError> {
        let mut kept = Kept::default();
        let due = include_str!("../sql/checkpoint/due.sql");
        let due = self.client().query(due, &[]).await?;
        let tables = if due.is_empty() { Vec::new() } else { self.tables().await? };
        for row in &due {
            let (relation, keep): (i32, i32) = (row.try_get("relation")?, row.try_get("keep")?);
            let table = tables.iter().find(|table| table.relation.id.0 == relation);
            let Some(table) = table else { continue };
            match self.take_checkpoint(table).await {
                Ok(_) => kept.taken += 1,
                Err(JournalError::Server(error)) if error.is_disconnected() => {
                    return Err(error.into());
                }
                Err(error) => {
                    kept.waiting.push(format!("{}: {error}", table.relation.name));
                    continue;
                }
            }
            let surplus = include_str!("../sql/checkpoint/drop_surplus.sql");
            let dropped = self.client().query_one(surplus, &[&relation, &i64::from(keep)]).await;
            match dropped.map_err(ServerError::from) {
                Ok(row) => kept.dropped += row.try_get::<_, i64>("dropped")?,
                Err(error) if error.is_lock_timeout() => kept.waiting.push(format!(
                    "an older checkpoint of {} is in use, so it could not be dropped",
                    table.relation.name
                )),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(kept)
    }
}

/// Makes the copy with its indexes, closes it, and lets the planner know what is in it; gives how many
/// rows it has.
async fn copy_rows(
    transaction: &Transaction<'_>,
    table: &TrackedTable,
    oid: u32,
    copy: &RelationName,
) -> Result<i64, JournalError> {
    let columns =
        table.columns.iter().map(|column| Template::new("r.{column}").with("column", &column.name));
    let make = Template::new(include_str!("../sql/checkpoint/copy.sql"))
        .with("copy", copy)
        .with_all("columns", columns, ", ")
        .with("table", &table.from_clause());
    let rows = transaction.execute(&make.sql(), &[]).await?;
    let mut has_key = false;
    let indexes = include_str!("../sql/checkpoint/indexes.sql");
    for row in &transaction.query(indexes, &[&oid]).await? {
        let columns = catalogue::idents(row, "columns")?;
        let key = &table.relation.key;
        has_key |= columns.len() == key.len() && columns.iter().all(|column| key.contains(column));
        index(transaction, copy, &columns, row.try_get("indisunique")?).await?;
    }
    if !has_key {
        index(transaction, copy, &table.relation.key, false).await?;
    }
    let name = Template::new("{copy}").with("copy", copy).sql();
    transaction.execute(include_str!("../sql/checkpoint/close.sql"), &[&name]).await?;
    let settle = Template::new(include_str!("../sql/checkpoint/settle.sql")).with("copy", copy);
    transaction.batch_execute(&settle.sql()).await?;
    Ok(i64::try_from(rows).map_err(ServerError::unexpected)?)
}

async fn index(
    transaction: &Transaction<'_>,
    copy: &RelationName,
    columns: &[Ident],
    unique: bool,
) -> Result<(), ServerError> {
    let index = Template::new(include_str!("../sql/checkpoint/index.sql"))
        .with("unique", &Template::new(if unique { "UNIQUE" } else { "" }))
        .with("copy", copy)
        .with_all("columns", columns.iter().cloned(), ", ");
    Ok(transaction.batch_execute(&index.sql()).await?)
}

/// Drops the checkpoints of a table, and the policy with them.
pub(crate) async fn forget(
    transaction: &Transaction<'_>,
    relation: RelationId,
) -> Result<(), ServerError> {
    let drop = include_str!("../sql/checkpoint/drop_all_of.sql");
    transaction.query_one(drop, &[&relation.0]).await?;
    let policy = include_str!("../sql/checkpoint/every.sql");
    transaction.query_one(policy, &[&relation.0, &None::<i64>, &None::<i32>]).await?;
    Ok(())
}

/// Drops the checkpoints of a table that tell nothing any more.
pub(crate) async fn drop_unfit(
    transaction: &Transaction<'_>,
    relation: RelationId,
) -> Result<(), ServerError> {
    let drop = include_str!("../sql/checkpoint/drop_unfit.sql");
    transaction.query_one(drop, &[&relation.0]).await?;
    Ok(())
}

fn copy_named(name: &str) -> Result<RelationName, ServerError> {
    Ok(RelationName::new(
        Ident::new("recall").map_err(ServerError::unexpected)?,
        Ident::new(name).map_err(ServerError::unexpected)?,
    ))
}

fn checkpoint(row: &tokio_postgres::Row) -> Result<Checkpoint, tokio_postgres::Error> {
    Ok(Checkpoint {
        id: row.try_get("id")?,
        relation: RelationId(row.try_get("relation")?),
        tick: TickId(row.try_get("tick")?),
        at: row.try_get("at")?,
        rows: row.try_get("rows")?,
        bytes: row.try_get("bytes")?,
        usable: row.try_get("usable")?,
    })
}
