use std::collections::BTreeMap;

use pgrecall_journal::Journal;
use pgrecall_model::{Action, Conflict, ConflictKind, Counts, RelationId, RelationName, TxId};
use pgrecall_postgres::{ServerError, Template};
use serde_json::json;
use tokio_postgres::Transaction;

use crate::recording::Recording;
use crate::statement::Found;
use crate::steps::Batch;
use crate::triggers::{self, Triggers};
use crate::{Prepared, Progress, UndoError, conflict, rights, statement};

/// How a plan is carried out.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the user's own triggers do meanwhile.
    pub triggers: Triggers,
    /// Whether others may be kept from writing to the tables meanwhile, so that very many rows are
    /// recorded at once.
    pub lock_tables: bool,
    /// Why, for the journal.
    pub reason: Option<String>,
    /// Where it says how far it is.
    pub progress: Progress,
}

/// What came of a plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Applied {
    /// The undo's own transaction; none if nothing of it was recorded.
    pub tx: Option<TxId>,
    /// How many rows were brought back, set and removed, by table.
    pub rows: BTreeMap<RelationName, Counts>,
    /// How many rows are not as planned afterwards, because triggers of the user's fired.
    pub differing: BTreeMap<RelationName, u64>,
    /// How many rows that the plan does not name were changed along with it.
    pub side_effects: BTreeMap<RelationName, u64>,
    /// The locks that were taken on tables.
    pub locks: Vec<(RelationName, String)>,
    /// How long it took, by the server's clock.
    pub duration_ms: i64,
}

impl Applied {
    /// Adds what another part of the same undo came to.
    pub fn add(&mut self, part: Self) {
        self.tx = part.tx.or(self.tx);
        for (table, counts) in part.rows {
            let rows = self.rows.entry(table).or_default();
            rows.add(Action::Insert, counts.inserted);
            rows.add(Action::Update, counts.updated);
            rows.add(Action::Delete, counts.deleted);
        }
        for (table, rows) in part.differing {
            *self.differing.entry(table).or_default() += rows;
        }
        for (table, rows) in part.side_effects {
            *self.side_effects.entry(table).or_default() += rows;
        }
        let known = std::mem::take(&mut self.locks);
        self.locks.extend(part.locks.into_iter().filter(|lock| !known.contains(lock)));
        self.locks.extend(known);
        self.duration_ms += part.duration_ms;
    }
}

/// Carries a plan out and takes everything back again: the constraints and triggers of the
/// database have their say, and nothing is changed.
///
/// # Errors
/// When something stands in the way, or when the server refuses.
pub async fn preview(
    journal: &mut Journal,
    prepared: &Prepared,
    options: &Options,
) -> Result<Applied, UndoError> {
    let done = match perform(journal, prepared, options).await {
        Ok((transaction, applied)) => {
            transaction.rollback().await?;
            Ok(applied)
        }
        Err(error) => Err(error),
    };
    explained(journal, prepared, done).await
}

/// Carries a plan out, in one transaction: every row must be as the plan expects when its turn comes,
/// and is read again afterwards.
///
/// # Errors
/// When something stands in the way, also something that came since the plan was made, or when
/// the server refuses. Nothing is changed then.
pub async fn apply(
    journal: &mut Journal,
    prepared: &Prepared,
    options: &Options,
) -> Result<Applied, UndoError> {
    let done = match perform(journal, prepared, options).await {
        Ok((transaction, applied)) => {
            transaction.commit().await?;
            Ok(applied)
        }
        Err(error) => Err(error),
    };
    explained(journal, prepared, done).await
}

/// Where the rows were not as planned somebody was quicker; this says who.
async fn explained(
    journal: &Journal,
    prepared: &Prepared,
    done: Result<Applied, UndoError>,
) -> Result<Applied, UndoError> {
    let is_about_rows = match &done {
        Err(UndoError::NotAsPlanned(_)) => true,
        Err(UndoError::Conflicts(conflicts)) => {
            conflicts.iter().all(|conflict| conflict.kind == ConflictKind::Constraint)
        }
        _ => false,
    };
    if !is_about_rows {
        return done;
    }
    let found = conflict::find(journal.client(), prepared).await?;
    let (conflicts, _) = conflict::told(journal, prepared, &found).await?;
    if conflicts.is_empty() { done } else { Err(UndoError::Conflicts(conflicts)) }
}

async fn perform<'j>(
    journal: &'j mut Journal,
    prepared: &Prepared,
    options: &Options,
) -> Result<(Transaction<'j>, Applied), UndoError> {
    check(journal, prepared).await?;
    let context = json!({ "actor": journal.actor(), "reason": options.reason });
    let transaction = journal.begin().await?;
    transaction.execute(include_str!("../sql/set_context.sql"), &[&context]).await?;
    let suppressed = match options.triggers {
        Triggers::Suppress => triggers::suppress(&transaction, prepared).await?,
        Triggers::Fire => Vec::new(),
    };
    let recording = Recording::begin(&transaction, prepared, options, &suppressed).await?;
    rights::take_on(&transaction, prepared.owner.as_ref()).await?;
    let found = secure(&transaction, prepared, options).await?;
    if prepared.is_cyclic {
        transaction.batch_execute(include_str!("../sql/defer.sql")).await?;
    }
    for batch in &prepared.batches {
        execute(&transaction, prepared, batch, found).await?;
        if let Some(table) = prepared.tables.get(&batch.relation) {
            recording.write(&transaction, table, batch).await?;
        }
        options.progress.add(batch.steps);
    }
    check_constraints(&transaction, prepared).await?;
    let differing = verify(&transaction, prepared, options).await?;
    rights::give_back(&transaction, prepared.owner.as_ref()).await?;
    let tx = record(&transaction, prepared).await?;
    let side_effects = side_effects(&transaction, prepared, tx).await?;
    recording.end(&transaction).await?;
    triggers::restore(&transaction, &suppressed).await?;
    let locks = locks(&transaction).await?;
    let rows = prepared.plan.rows.clone();
    let duration_ms = transaction.query_one(include_str!("../sql/duration.sql"), &[]).await?;
    let duration_ms = duration_ms.try_get("duration_ms")?;
    let applied = Applied { tx: Some(tx), rows, differing, side_effects, locks, duration_ms };
    Ok((transaction, applied))
}

/// Whether a plan can be carried out at all, as far as it can be told without trying.
pub(crate) async fn check(journal: &Journal, prepared: &Prepared) -> Result<(), UndoError> {
    if !prepared.plan.conflicts.is_empty() {
        return Err(UndoError::Conflicts(prepared.plan.conflicts.clone()));
    }
    check_right(journal).await?;
    check_steps(journal, prepared).await
}

async fn check_right(journal: &Journal) -> Result<(), UndoError> {
    let row = journal.client().query_one(include_str!("../sql/may_undo.sql"), &[]).await?;
    if row.try_get("permitted")? { Ok(()) } else { Err(UndoError::Forbidden) }
}

/// The steps are on the connection, unless another plan was made on it since.
async fn check_steps(journal: &Journal, prepared: &Prepared) -> Result<(), UndoError> {
    let rows = journal
        .client()
        .query(include_str!("../sql/steps_left.sql"), &[&prepared.number])
        .await
        .map_err(|_| UndoError::Superseded)?;
    let mut steps = 0;
    for row in &rows {
        steps += u64::try_from(row.try_get::<_, i64>("steps")?).unwrap_or(0);
    }
    if steps == prepared.size() { Ok(()) } else { Err(UndoError::Superseded) }
}

/// Makes sure that the rows are as expected when their turn comes: they are compared by the very
/// statement that changes them, or, where others change them before, locked and compared now.
async fn secure(
    transaction: &Transaction<'_>,
    prepared: &Prepared,
    options: &Options,
) -> Result<Found, UndoError> {
    let is_moved = prepared.batches.iter().any(|batch| batch.moved > 0);
    let by_key = !prepared.is_cyclic && (is_moved || options.triggers == Triggers::Fire);
    if is_moved || by_key || prepared.is_cyclic {
        for (table, batch) in prepared.work() {
            if !table.relation.key.is_empty() && batch.action != Action::Insert {
                let sql = statement::lock(table, batch).sql();
                transaction.query_one(&sql, &[&batch.number]).await?;
            }
        }
        if let Some(found) = conflict::unexpected(transaction, prepared).await?.first() {
            return Err(not_as_planned(prepared, found.position));
        }
    }
    if let Some(found) = conflict::dependants(transaction, prepared).await?.first() {
        return Err(not_as_planned(prepared, found.position));
    }
    Ok(if by_key { Found::ByKey } else { Found::AsExpected })
}

fn not_as_planned(prepared: &Prepared, position: i64) -> UndoError {
    let of = prepared.work().find(|(_, batch)| (batch.first..=batch.last).contains(&position));
    of.map_or(UndoError::Superseded, |(table, _)| {
        UndoError::NotAsPlanned(table.relation.name.clone())
    })
}

async fn execute(
    transaction: &Transaction<'_>,
    prepared: &Prepared,
    batch: &Batch,
    found: Found,
) -> Result<(), UndoError> {
    let Some(table) = prepared.tables.get(&batch.relation) else { return Ok(()) };
    if batch.action == Action::Update && batch.set.is_empty() {
        return Ok(());
    }
    let sql = statement::deed(table, batch, found).sql();
    let touched = transaction
        .execute(&sql, &[&batch.number, &batch.first, &batch.last])
        .await
        .map_err(|error| constraint_conflict(&table.relation.name, error.into()))?;
    // Rows that the server has moved by itself need not be found any more.
    if batch.steps.saturating_sub(touched) > batch.moved {
        return Err(UndoError::NotAsPlanned(table.relation.name.clone()));
    }
    Ok(())
}

async fn check_constraints(
    transaction: &Transaction<'_>,
    prepared: &Prepared,
) -> Result<(), UndoError> {
    let result = transaction.batch_execute(include_str!("../sql/check.sql")).await;
    result.map_err(ServerError::from).map_err(|error| match prepared.work().next() {
        Some((table, _)) => constraint_conflict(&table.relation.name, error),
        None => error.into(),
    })
}

/// A constraint that refuses is a conflict of the plan, not a failure of the server.
fn constraint_conflict(table: &RelationName, error: ServerError) -> UndoError {
    if error.is_integrity_violation() {
        return UndoError::Conflicts(vec![conflict::refused(table, error.constraint(), &error)]);
    }
    error.into()
}

async fn record(transaction: &Transaction<'_>, prepared: &Prepared) -> Result<TxId, UndoError> {
    let plan = &prepared.plan;
    let reverses: Vec<i64> = plan.reverses.iter().map(|tx| tx.0).collect();
    let hash = plan.hash.to_string();
    let selection = serde_json::to_value(&plan.selection).map_err(ServerError::unexpected)?;
    let run = prepared.part.map(|part| part.run);
    let sql = Template::new(include_str!("../sql/record.sql"))
        .with("stretches", &Template::new(include_str!("../sql/stretches.sql")))
        .sql();
    let row = transaction
        .query_one(&sql, &[&reverses, &hash, &selection, &run, &prepared.owner.is_some()])
        .await?;
    if let Some(part) = prepared.part {
        part.take_off(transaction).await?;
    }
    Ok(TxId(row.try_get("tx")?))
}

/// Reads the rows again and compares them with the plan.
async fn verify(
    transaction: &Transaction<'_>,
    prepared: &Prepared,
    options: &Options,
) -> Result<BTreeMap<RelationName, u64>, UndoError> {
    let mut differing = BTreeMap::new();
    for (table, batch) in prepared.work() {
        if table.relation.key.is_empty() || batch.set.is_empty() {
            continue;
        }
        let sql = statement::verify(table, batch).sql();
        let rows =
            transaction.query(&sql, &[&batch.number, &batch.first, &batch.last]).await?.len();
        if rows > 0 && options.triggers == Triggers::Suppress {
            return Err(UndoError::NotAsPlanned(table.relation.name.clone()));
        }
        if rows > 0 {
            *differing.entry(table.relation.name.clone()).or_default() +=
                u64::try_from(rows).unwrap_or(u64::MAX);
        }
    }
    Ok(differing)
}

/// The rows that were changed and that the plan does not name.
async fn side_effects(
    transaction: &Transaction<'_>,
    prepared: &Prepared,
    tx: TxId,
) -> Result<BTreeMap<RelationName, u64>, UndoError> {
    let rows = transaction.query(include_str!("../sql/side_effects.sql"), &[&tx.0]).await?;
    let mut effects = BTreeMap::new();
    for row in &rows {
        let relation = RelationId(row.try_get("relation")?);
        let known = prepared.tables.values().chain(&prepared.children);
        let table = known.into_iter().find(|table| table.relation.id == relation);
        let name = match table {
            Some(table) => table.relation.name.clone(),
            None => pgrecall_postgres::catalogue::relation_name(row, "schema_name", "table_name")?,
        };
        let count: i64 = row.try_get("rows")?;
        effects.insert(name, u64::try_from(count).unwrap_or(0));
    }
    Ok(effects)
}

async fn locks(transaction: &Transaction<'_>) -> Result<Vec<(RelationName, String)>, UndoError> {
    let rows = transaction.query(include_str!("../sql/locks.sql"), &[]).await?;
    rows.iter()
        .map(|row| {
            let name =
                pgrecall_postgres::catalogue::relation_name(row, "schema_name", "table_name")?;
            Ok((name, row.try_get("mode")?))
        })
        .collect()
}

/// The conflicts of an error, where it is about conflicts.
impl UndoError {
    /// What stands in the way, if something does.
    #[must_use]
    pub fn conflicts(&self) -> &[Conflict] {
        match self {
            Self::Conflicts(conflicts) => conflicts,
            Self::Stopped { source, .. } => source.conflicts(),
            _ => &[],
        }
    }
}
