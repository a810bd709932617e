use std::collections::BTreeMap;

use pgrecall_journal::Journal;
use pgrecall_model::{Action, Conflict, Key, Plan, RelationName, Row, Step, TxId};
use pgrecall_postgres::ServerError;
use serde_json::json;
use tokio_postgres::Transaction;

use crate::current::{Lock, agree, current_rows};
use crate::statement::Found;
use crate::triggers::{self, Triggers};
use crate::{Prepared, UndoError, conflict, statement};

/// How a plan is carried out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// What the user's own triggers do meanwhile.
    pub triggers: Triggers,
    /// Why, for the journal.
    pub reason: Option<String>,
}

/// What came of a plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Applied {
    /// The undo's own transaction; none if nothing of it was recorded.
    pub tx: Option<TxId>,
    /// How many rows were brought back, set and removed, by table.
    pub rows: BTreeMap<RelationName, Counts>,
    /// Rows that are not as planned afterwards, because triggers of the user's fired.
    pub side_effects: Vec<(RelationName, Option<Key>)>,
}

/// Rows by what was done to them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Brought back.
    pub inserted: usize,
    /// Set.
    pub updated: usize,
    /// Removed.
    pub deleted: usize,
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
    let (transaction, applied) = perform(journal, prepared, options).await?;
    transaction.rollback().await?;
    Ok(applied)
}

/// Carries a plan out, in one transaction: every row is locked and compared with what the plan
/// expects first, and read again afterwards.
///
/// # Errors
/// When something stands in the way, also something that came since the plan was made, or when
/// the server refuses. Nothing is changed then.
pub async fn apply(
    journal: &mut Journal,
    prepared: &Prepared,
    options: &Options,
) -> Result<Applied, UndoError> {
    let (transaction, applied) = perform(journal, prepared, options).await?;
    transaction.commit().await?;
    Ok(applied)
}

async fn perform<'j>(
    journal: &'j mut Journal,
    prepared: &Prepared,
    options: &Options,
) -> Result<(Transaction<'j>, Applied), UndoError> {
    let plan = &prepared.plan;
    if !plan.conflicts.is_empty() {
        return Err(UndoError::Conflicts(plan.conflicts.clone()));
    }
    if let Some(conflicts) = changed_since(journal, prepared).await? {
        return Err(UndoError::Conflicts(conflicts));
    }
    let context = json!({ "actor": journal.actor(), "reason": options.reason });
    let transaction = journal.begin().await?;
    transaction.execute(include_str!("../sql/set_context.sql"), &[&context]).await?;
    let suppressed = match options.triggers {
        Triggers::Suppress => triggers::suppress(&transaction, prepared).await?,
        Triggers::Fire => Vec::new(),
    };
    lock_and_compare(&transaction, prepared).await?;
    if !prepared.cycles.is_empty() {
        transaction.batch_execute(include_str!("../sql/defer.sql")).await?;
    }
    for batch in &prepared.batches {
        execute(&transaction, prepared, &plan.steps[batch.clone()], batch.start).await?;
    }
    check(&transaction, prepared).await?;
    let tx = record(&transaction, plan).await?;
    let side_effects = verify(&transaction, prepared, options).await?;
    triggers::restore(&transaction, &suppressed).await?;
    Ok((transaction, Applied { tx: Some(tx), rows: counts(plan), side_effects }))
}

/// Between planning and applying, somebody may have been quicker; this says who. What comes after
/// it is caught under lock.
async fn changed_since(
    journal: &Journal,
    prepared: &Prepared,
) -> Result<Option<Vec<Conflict>>, UndoError> {
    let mut conflicts = Vec::new();
    for (relation, table) in &prepared.tables {
        let steps: Vec<&Step> =
            prepared.plan.steps.iter().filter(|step| step.relation == *relation).collect();
        for step in
            conflict::unexpected(journal.client(), table, &steps, prepared, Lock::No).await?
        {
            conflicts.push(conflict::changed_later(journal, step, prepared).await?);
        }
    }
    Ok((!conflicts.is_empty()).then_some(conflicts))
}

async fn lock_and_compare(
    transaction: &Transaction<'_>,
    prepared: &Prepared,
) -> Result<(), UndoError> {
    let mut conflicts = Vec::new();
    for (relation, table) in &prepared.tables {
        let steps: Vec<&Step> =
            prepared.plan.steps.iter().filter(|step| step.relation == *relation).collect();
        let unexpected =
            conflict::unexpected(transaction, table, &steps, prepared, Lock::ForUpdate).await?;
        conflicts.extend(unexpected.into_iter().map(|step| {
            let kind = pgrecall_model::ConflictKind::ChangedLater;
            conflict::conflict(step, kind, "was changed while the undo began".to_owned())
        }));
    }
    if conflicts.is_empty() {
        conflicts = conflict::dependants(transaction, prepared).await?;
    }
    if conflicts.is_empty() { Ok(()) } else { Err(UndoError::Conflicts(conflicts)) }
}

async fn execute(
    transaction: &Transaction<'_>,
    prepared: &Prepared,
    steps: &[Step],
    first: usize,
) -> Result<(), UndoError> {
    let Some((step, table)) =
        steps.first().and_then(|step| Some((step, prepared.tables.get(&step.relation)?)))
    else {
        return Ok(());
    };
    if step.action == Action::Update && step.columns.is_empty() {
        return Ok(());
    }
    let found = if prepared.cycles.is_empty() { Found::ByKey } else { Found::ByImage };
    let touched = statement::execute(transaction, table, steps, found)
        .await
        .map_err(|error| constraint_conflict(&step.table, error))?;
    // Rows that the server has moved by itself need not be found any more.
    let moved = prepared
        .moved
        .iter()
        .filter(|moved| (first..first + steps.len()).contains(&moved.step))
        .count();
    let missing = u64::try_from(steps.len()).unwrap_or(u64::MAX).saturating_sub(touched);
    if missing > u64::try_from(moved).unwrap_or(0) {
        return Err(UndoError::NotAsPlanned(step.table.clone()));
    }
    Ok(())
}

async fn check(transaction: &Transaction<'_>, prepared: &Prepared) -> Result<(), UndoError> {
    let result = transaction.batch_execute(include_str!("../sql/check.sql")).await;
    result.map_err(ServerError::from).map_err(|error| {
        let table = prepared.plan.steps.first().map(|step| step.table.clone());
        match table {
            Some(table) => constraint_conflict(&table, error),
            None => error.into(),
        }
    })
}

/// A constraint that refuses is a conflict of the plan, not a failure of the server.
fn constraint_conflict(table: &RelationName, error: ServerError) -> UndoError {
    if error.is_integrity_violation() {
        return UndoError::Conflicts(vec![conflict::refused(table, error.constraint(), &error)]);
    }
    error.into()
}

async fn record(transaction: &Transaction<'_>, plan: &Plan) -> Result<TxId, UndoError> {
    let reverses: Vec<i64> = plan.reverses.iter().map(|tx| tx.0).collect();
    let hash = plan.hash().map_err(ServerError::unexpected)?.to_string();
    let selection = serde_json::to_value(&plan.selection).map_err(ServerError::unexpected)?;
    let row = transaction
        .query_one(include_str!("../sql/record.sql"), &[&reverses, &hash, &selection])
        .await?;
    Ok(TxId(row.try_get("tx")?))
}

/// Reads the rows again and compares them with the plan.
async fn verify(
    transaction: &Transaction<'_>,
    prepared: &Prepared,
    options: &Options,
) -> Result<Vec<(RelationName, Option<Key>)>, UndoError> {
    let mut differing = Vec::new();
    for (relation, table) in &prepared.tables {
        if table.relation.key.is_empty() {
            continue;
        }
        let steps = prepared.plan.steps.iter().filter(|step| step.relation == *relation);
        let wanted: Vec<(Key, &Step, &Row)> = steps
            .filter_map(|step| {
                let target = step.target.as_ref()?;
                Some((Key::of(&table.relation.key, target)?, step, target))
            })
            .collect();
        let keys: Vec<Key> = wanted.iter().map(|(key, ..)| key.clone()).collect();
        let rows = current_rows(transaction, table, &keys, Lock::No).await?;
        for ((key, step, target), row) in wanted.into_iter().zip(rows) {
            let columns = (step.action == Action::Update).then_some(step.columns.as_slice());
            if row.is_none_or(|row| !agree(target, &row, columns)) {
                differing.push((step.table.clone(), Some(key)));
            }
        }
    }
    match (differing.first(), options.triggers) {
        (Some((table, _)), Triggers::Suppress) => Err(UndoError::NotAsPlanned(table.clone())),
        _ => Ok(differing),
    }
}

fn counts(plan: &Plan) -> BTreeMap<RelationName, Counts> {
    let mut counts: BTreeMap<RelationName, Counts> = BTreeMap::new();
    for step in &plan.steps {
        let of = counts.entry(step.table.clone()).or_default();
        match step.action {
            Action::Insert => of.inserted += 1,
            Action::Update => of.updated += 1,
            Action::Delete => of.deleted += 1,
        }
    }
    counts
}
