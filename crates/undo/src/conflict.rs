//! What stands in the way of a plan, found before anything is tried.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures_util::{TryStreamExt, pin_mut};
use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{
    Action, ChangeId, Conflict, ConflictKind, ForeignKey, ForeignKeyAction, Ident, Key,
    LaterChange, Operation, RelationId, RelationName, Row, Step, TxId,
};
use pgrecall_postgres::{ServerError, Template};
use serde_json::Value;
use tokio_postgres::GenericClient;
use tokio_postgres::types::ToSql;

use crate::current::{Lock, agree, current_copies, current_rows, position, qualified};
use crate::{NetEffect, Prepared, UndoError};

/// Every conflict between a plan and the rows of today.
pub(crate) async fn find(
    journal: &Journal,
    prepared: &Prepared,
    effect: &NetEffect,
) -> Result<Vec<Conflict>, UndoError> {
    let mut conflicts = Vec::new();
    for broken in &effect.broken {
        let between =
            later(journal, broken.relation, broken.key.as_ref(), broken.left, prepared).await?;
        conflicts.push(Conflict {
            kind: ConflictKind::ChangedLater,
            table: broken.table.clone(),
            key: broken.key.clone(),
            message: "another change lies between those that are to be taken back".to_owned(),
            later: between.into_iter().filter(|change| change.id < broken.found).collect(),
        });
    }
    for (relation, table) in &prepared.tables {
        let steps: Vec<&Step> =
            prepared.plan.steps.iter().filter(|step| step.relation == *relation).collect();
        for step in unexpected(journal.client(), table, &steps, prepared, Lock::No).await? {
            conflicts.push(changed_later(journal, step, prepared).await?);
        }
    }
    conflicts.extend(dependants(journal.client(), prepared).await?);
    Ok(conflicts)
}

/// Separates the steps of tables that are still there, with their columns, from the others.
pub(crate) fn present(
    steps: &[Step],
    tables: &BTreeMap<RelationId, TrackedTable>,
) -> (Vec<Step>, Vec<Conflict>) {
    let (mut present, mut gone) = (Vec::new(), Vec::new());
    for step in steps {
        let table = tables.get(&step.relation).filter(|table| table.relation.oid.is_some());
        let Some(table) = table else {
            gone.push(conflict(
                step,
                ConflictKind::TableGone,
                "the table is no longer there".to_owned(),
            ));
            continue;
        };
        let needed: Vec<&String> = match (step.action, &step.target) {
            (Action::Insert, Some(target)) => target.keys().collect(),
            _ => step.columns.iter().collect(),
        };
        let missing: Vec<&str> =
            needed.into_iter().filter(|name| !table.has_column(name)).map(String::as_str).collect();
        if missing.is_empty() {
            present.push(step.clone());
        } else {
            let message = format!("the table no longer has {}", missing.join(", "));
            gone.push(conflict(step, ConflictKind::ColumnGone, message));
        }
    }
    (present, gone)
}

/// The steps of one table whose rows are not as expected.
pub(crate) async fn unexpected<'s>(
    client: &impl GenericClient,
    table: &TrackedTable,
    steps: &[&'s Step],
    prepared: &Prepared,
    lock: Lock,
) -> Result<Vec<&'s Step>, ServerError> {
    if table.relation.key.is_empty() {
        return unexpected_copies(client, table, steps).await;
    }
    let keys: Vec<Key> = steps.iter().filter_map(|step| step.key.clone()).collect();
    let rows = current_rows(client, table, &keys, lock).await?;
    // A key that another step of the plan frees may be taken now.
    let freed: HashSet<&Key> = steps
        .iter()
        .filter(|step| step.action != Action::Insert)
        .filter_map(|step| step.key.as_ref())
        .collect();
    let columns = prepared.columns.as_deref();
    let is_unexpected = |step: &Step, row: &Option<Row>| match (&step.expected, row) {
        (Some(expected), Some(row)) => !agree(expected, row, columns),
        (None, None) => false,
        (None, Some(_)) => step.key.as_ref().is_none_or(|key| !freed.contains(key)),
        (Some(_), None) => true,
    };
    Ok(steps
        .iter()
        .zip(&rows)
        .filter(|(step, row)| is_unexpected(step, row))
        .map(|(step, _)| *step)
        .collect())
}

/// For a table without a key: the rows that are expected must be there as often as they are.
async fn unexpected_copies<'s>(
    client: &impl GenericClient,
    table: &TrackedTable,
    steps: &[&'s Step],
) -> Result<Vec<&'s Step>, ServerError> {
    let expecting: Vec<&Step> =
        steps.iter().copied().filter(|step| step.expected.is_some()).collect();
    let images: Vec<Row> = expecting.iter().filter_map(|step| step.expected.clone()).collect();
    let copies = current_copies(client, table, &images).await?;
    let mut taken: HashMap<String, i64> = HashMap::new();
    let mut missing = Vec::new();
    for ((step, image), copies) in expecting.into_iter().zip(&images).zip(copies) {
        let taken = taken.entry(text(image)).or_default();
        *taken += 1;
        if *taken > copies {
            missing.push(step);
        }
    }
    Ok(missing)
}

/// A conflict for a row that is not as expected, with who changed it.
pub(crate) async fn changed_later(
    journal: &Journal,
    step: &Step,
    prepared: &Prepared,
) -> Result<Conflict, UndoError> {
    let last = step.changes.iter().max().copied().unwrap_or(ChangeId(0));
    let later = later(journal, step.relation, step.key.as_ref(), last, prepared).await?;
    let message = match (later.last(), step.action) {
        (Some(change), _) => {
            let actor =
                change.actor.as_ref().map_or_else(String::new, |actor| format!(" by {actor}"));
            format!("was changed later by transaction {}{actor}", change.tx)
        }
        (None, Action::Insert) => "is there again, by no change that is recorded".to_owned(),
        (None, _) => "is not as it was left, by no change that is recorded".to_owned(),
    };
    Ok(Conflict { later, ..conflict(step, ConflictKind::ChangedLater, message) })
}

async fn later(
    journal: &Journal,
    relation: RelationId,
    key: Option<&Key>,
    after: ChangeId,
    prepared: &Prepared,
) -> Result<Vec<LaterChange>, UndoError> {
    let (Some(table), Some(key)) = (prepared.tables.get(&relation), key) else {
        return Ok(Vec::new());
    };
    let key = journal.record_key(table, key).await?;
    let rows = journal
        .client()
        .query(include_str!("../sql/later.sql"), &[&relation.0, &key.text, &after.0])
        .await?;
    rows.iter()
        .map(|row| {
            let op = match row.try_get("op")? {
                "I" => Operation::Insert,
                "U" => Operation::Update,
                "D" => Operation::Delete,
                _ => Operation::Truncate,
            };
            Ok(LaterChange {
                id: ChangeId(row.try_get("id")?),
                tx: TxId(row.try_get("tx")?),
                at: row.try_get("at")?,
                op,
                actor: row.try_get("actor")?,
            })
        })
        .collect()
}

/// Rows that the plan does not know and that would go, or lose their reference, with a row that
/// the plan removes.
pub(crate) async fn dependants(
    client: &impl GenericClient,
    prepared: &Prepared,
) -> Result<Vec<Conflict>, UndoError> {
    let handled: HashSet<(&RelationName, String)> = prepared
        .plan
        .steps
        .iter()
        .filter(|step| step.action != Action::Insert)
        .filter_map(|step| Some((&step.table, text(step.expected.as_ref()?))))
        .collect();
    let mut conflicts = Vec::new();
    for foreign_key in &prepared.foreign_keys {
        let is_removed =
            |step: &&Step| step.table == foreign_key.parent && step.action == Action::Delete;
        let removed: Vec<&Step> = prepared.plan.steps.iter().filter(is_removed).collect();
        if removed.is_empty() {
            continue;
        }
        let is_handled = |image: &Row| handled.contains(&(&foreign_key.child, text(image)));
        let others = referring(client, foreign_key, prepared, (&removed, &is_handled)).await?;
        conflicts.extend(others.into_iter().filter_map(|(at, rows)| {
            let step = removed.get(at)?;
            Some(conflict(step, ConflictKind::Dependants, depending(foreign_key, rows)))
        }));
    }
    Ok(conflicts)
}

fn depending(foreign_key: &ForeignKey, rows: usize) -> String {
    let consequence = match foreign_key.on_delete {
        ForeignKeyAction::Refuse => "would keep it from going",
        ForeignKeyAction::Cascade => "would go with it",
        ForeignKeyAction::Clear => "would lose the reference",
    };
    let count = if rows == 1 { "a row".to_owned() } else { format!("{rows} rows") };
    format!("{count} of {} that came later {consequence}", foreign_key.child)
}

/// How many rows that nobody handles refer to each of the removed rows, by position. They are
/// counted as they come: there may be very many.
async fn referring(
    client: &impl GenericClient,
    foreign_key: &ForeignKey,
    prepared: &Prepared,
    (removed, is_handled): (&[&Step], &impl Fn(&Row) -> bool),
) -> Result<BTreeMap<usize, usize>, UndoError> {
    let child = prepared.children.iter().find(|table| table.relation.name == foreign_key.child);
    let image =
        child.map_or_else(|| Template::new("pg_catalog.to_jsonb(r)"), |child| child.image_of("r"));
    let sql = Template::new(include_str!("../sql/dependants.sql"))
        .with("image", &image)
        .with("parent", &foreign_key.parent)
        .with("child", &foreign_key.child)
        .with_all("child_columns", qualified("r", &foreign_key.child_columns), ", ")
        .with_all("parent_columns", qualified("p", &foreign_key.parent_columns), ", ")
        .sql();
    let images =
        removed.iter().map(|step| step.expected.clone().map_or(Value::Null, Value::Object));
    let list = Value::Array(images.collect());
    let parameters: [&(dyn ToSql + Sync); 1] = [&list];
    let rows = client.query_raw(&sql, parameters).await?;
    pin_mut!(rows);
    let mut referring = BTreeMap::new();
    while let Some(row) = rows.try_next().await? {
        if let Value::Object(image) = row.try_get("image")?
            && !is_handled(&image)
        {
            *referring.entry(position(&row)?).or_default() += 1;
        }
    }
    Ok(referring)
}

/// An image as a text that is equal for equal images, whatever the order of their columns.
fn text(image: &Row) -> String {
    let sorted: BTreeMap<&String, &Value> = image.iter().collect();
    serde_json::to_string(&sorted).unwrap_or_default()
}

pub(crate) fn conflict(step: &Step, kind: ConflictKind, message: String) -> Conflict {
    Conflict { kind, table: step.table.clone(), key: step.key.clone(), message, later: Vec::new() }
}

/// A constraint that refused what was tried.
pub(crate) fn refused(
    table: &RelationName,
    constraint: Option<&str>,
    error: &ServerError,
) -> Conflict {
    let message = match constraint.and_then(|name| Ident::new(name).ok()) {
        Some(name) => format!("constraint {name} refuses the result"),
        None => error.to_string(),
    };
    Conflict {
        kind: ConflictKind::Constraint,
        table: table.clone(),
        key: None,
        message,
        later: Vec::new(),
    }
}
