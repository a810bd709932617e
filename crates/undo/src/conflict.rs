//! What stands in the way of a plan, found before anything is tried.

use std::collections::{BTreeMap, BTreeSet};

use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{
    Action, ChangeId, Conflict, ConflictKind, ForeignKey, ForeignKeyAction, Ident, Key,
    LaterChange, Operation, RelationId, RelationName, Row, Step, TxId,
};
use pgrecall_postgres::{ServerError, Template, catalogue};
use tokio_postgres::GenericClient;

use crate::recorded::{named, shown};
use crate::statement::{self, columns};
use crate::steps::Batch;
use crate::{Prepared, UndoError, rights};

/// How many conflicts are told in full.
const TOLD: usize = 1_000;

/// A step that something stands in the way of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) position: i64,
    pub(crate) kind: ConflictKind,
    pub(crate) message: String,
}

/// Everything that stands in the way of the steps as they are written.
pub(crate) async fn find(
    client: &impl GenericClient,
    prepared: &Prepared,
) -> Result<Vec<Found>, UndoError> {
    rights::take_on(client, prepared.owner.as_ref()).await?;
    let found = look(client, prepared).await;
    let given_back = rights::give_back(client, prepared.owner.as_ref()).await;
    let found = found?;
    given_back?;
    Ok(found)
}

async fn look(client: &impl GenericClient, prepared: &Prepared) -> Result<Vec<Found>, UndoError> {
    let mut found = unexpected(client, prepared).await?;
    found.extend(dependants(client, prepared).await?);
    found.extend(parents_gone(client, prepared).await?);
    found.extend(unique_taken(client, prepared).await?);
    found.sort_by_key(|one| one.position);
    found.dedup();
    Ok(found)
}

/// The steps whose rows are not as expected.
pub(crate) async fn unexpected(
    client: &impl GenericClient,
    prepared: &Prepared,
) -> Result<Vec<Found>, UndoError> {
    let mut found = Vec::new();
    let mut bags = BTreeSet::new();
    for (table, batch) in prepared.work() {
        if table.relation.key.is_empty()
            && (batch.action == Action::Insert || !bags.insert(batch.relation))
        {
            continue;
        }
        let sql = statement::unexpected(table, batch).sql();
        let kind = ConflictKind::ChangedLater;
        found.extend(positions(client, &sql, batch).await?.into_iter().map(|position| Found {
            position,
            kind,
            message: String::new(),
        }));
    }
    Ok(found)
}

async fn positions(
    client: &impl GenericClient,
    sql: &str,
    batch: &Batch,
) -> Result<Vec<i64>, ServerError> {
    let rows = client.query(sql, &[&batch.number]).await?;
    rows.iter().map(|row| Ok(row.try_get("position")?)).collect()
}

/// Rows that the plan does not know and that would go, or lose their reference, with a row that
/// the plan removes.
pub(crate) async fn dependants(
    client: &impl GenericClient,
    prepared: &Prepared,
) -> Result<Vec<Found>, UndoError> {
    let mut found = Vec::new();
    for key in &prepared.foreign_keys {
        let Some(parent) = prepared.table_named(&key.parent) else { continue };
        let removes =
            |batch: &Batch| batch.relation == parent.relation.id && batch.action == Action::Delete;
        if !prepared.batches.iter().any(removes) {
            continue;
        }
        let sql = referring(include_str!("../sql/dependants.sql"), key, parent, prepared).sql();
        for row in client.query(&sql, &[]).await? {
            let rows: i64 = row.try_get("rows")?;
            found.push(Found {
                position: row.try_get("position")?,
                kind: ConflictKind::Dependants,
                message: depending(key, rows),
            });
        }
    }
    Ok(found)
}

/// A statement about the rows that refer to removed ones and that the plan does not handle.
pub(crate) fn referring(
    text: &'static str,
    key: &ForeignKey,
    parent: &TrackedTable,
    prepared: &Prepared,
) -> Template {
    let child = prepared.children.iter().find(|table| table.relation.name == key.child);
    Template::new(text)
        .with("relation", &parent.relation.id.0)
        .with("parent", &key.parent)
        .with("child", &key.child)
        .with("handled", &child.map_or_else(|| Template::new("false"), handled))
        .with_all("child_columns", columns("r", &key.child_columns), ", ")
        .with_all("parent_columns", columns("(k.image)", &key.parent_columns), ", ")
}

fn handled(child: &TrackedTable) -> Template {
    let is_row = if child.relation.key.is_empty() {
        let names: Vec<Ident> = child.columns.iter().map(|column| column.name.clone()).collect();
        Template::new("h.expected = pg_catalog.concat(ROW({columns}))").with_all(
            "columns",
            columns("r", &names),
            ", ",
        )
    } else {
        Template::new("h.key = {key}").with("key", &child.key_of("r"))
    };
    Template::new(include_str!("../sql/handled.sql"))
        .with("relation", &child.relation.id.0)
        .with("is_row", &is_row)
}

fn depending(foreign_key: &ForeignKey, rows: i64) -> String {
    let consequence = match foreign_key.on_delete {
        ForeignKeyAction::Refuse => "would keep it from going",
        ForeignKeyAction::Cascade => "would go with it",
        ForeignKeyAction::Clear => "would lose the reference",
    };
    let count = if rows == 1 { "a row".to_owned() } else { format!("{rows} rows") };
    format!("{count} of {} that came later {consequence}", foreign_key.child)
}

/// Steps whose rows would refer to what is not there.
async fn parents_gone(
    client: &impl GenericClient,
    prepared: &Prepared,
) -> Result<Vec<Found>, UndoError> {
    let mut found = Vec::new();
    for key in &prepared.foreign_keys {
        let Some(child) = prepared.table_named(&key.child) else { continue };
        let batches = setting(prepared, child.relation.id, &key.child_columns);
        if batches.is_empty() {
            continue;
        }
        let planned = prepared.table_named(&key.parent).map_or_else(
            || Template::new("false"),
            |parent| {
                Template::new(include_str!("../sql/parent_planned.sql"))
                    .with("relation", &parent.relation.id.0)
                    .with("parent", &key.parent)
                    .with_all("planned_columns", columns("(q.image)", &key.parent_columns), ", ")
                    .with_all("child_columns", columns("(p.image)", &key.child_columns), ", ")
            },
        );
        let sql = Template::new(include_str!("../sql/parent_gone.sql"))
            .with("relation", &child.relation.id.0)
            .with("child", &key.child)
            .with("parent", &key.parent)
            .with("planned", &planned)
            .with_all("parent_columns", columns("r", &key.parent_columns), ", ")
            .with_all("child_columns", columns("(p.image)", &key.child_columns), ", ")
            .sql();
        for row in client.query(&sql, &[&batches]).await? {
            found.push(Found {
                position: row.try_get("position")?,
                kind: ConflictKind::ParentGone,
                message: format!("the row of {} that it refers to is no longer there", key.parent),
            });
        }
    }
    Ok(found)
}

/// Steps whose rows would have a unique value that another row has got since.
async fn unique_taken(
    client: &impl GenericClient,
    prepared: &Prepared,
) -> Result<Vec<Found>, UndoError> {
    let mut found = Vec::new();
    for key in &prepared.unique_keys {
        let Some(table) = prepared.table_named(&key.table) else { continue };
        let own = key.columns.iter().all(|column| table.relation.key.contains(column));
        let batches = setting(prepared, table.relation.id, &key.columns);
        if table.relation.key.is_empty() || own || batches.is_empty() {
            continue;
        }
        let sql = Template::new(include_str!("../sql/unique_taken.sql"))
            .with("relation", &table.relation.id.0)
            .with("table", &table.relation.name)
            .with("live_table", &table.from_clause())
            .with("row_key_text", &table.key_of("r"))
            .with_all("row_columns", columns("r", &key.columns), ", ")
            .with_all("target_columns", columns("(p.image)", &key.columns), ", ")
            .sql();
        let names = key.columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        for row in client.query(&sql, &[&batches]).await? {
            found.push(Found {
                position: row.try_get("position")?,
                kind: ConflictKind::UniqueTaken,
                message: format!("another row has its value of {names} now, which must be unique"),
            });
        }
    }
    Ok(found)
}

/// The batches that set one of these columns.
fn setting(prepared: &Prepared, relation: RelationId, columns: &[Ident]) -> Vec<i32> {
    let sets = |batch: &&Batch| {
        batch.relation == relation && batch.set.iter().any(|column| columns.contains(column))
    };
    prepared.batches.iter().filter(sets).map(|batch| batch.number).collect()
}

/// What the connected user may not do.
pub(crate) async fn forbidden(
    client: &impl GenericClient,
    prepared: &Prepared,
) -> Result<Vec<Conflict>, UndoError> {
    rights::take_on(client, prepared.owner.as_ref()).await?;
    let mut asked: BTreeSet<(RelationId, Action)> = BTreeSet::new();
    let mut conflicts = Vec::new();
    for (table, batch) in prepared.work() {
        let Some(oid) = table.relation.oid else { continue };
        if !asked.insert((batch.relation, batch.action)) {
            continue;
        }
        // Rows are compared with what is expected, so they must be readable too.
        for right in ["SELECT", right(batch.action)] {
            let row =
                client.query_one(include_str!("../sql/permitted.sql"), &[&oid, &right]).await?;
            if !row.try_get::<_, bool>("permitted")? {
                conflicts.push(Conflict {
                    kind: ConflictKind::NotPermitted,
                    table: table.relation.name.clone(),
                    key: None,
                    message: match &prepared.owner {
                        Some(owner) => format!("its owner {owner} has no {right} right on it"),
                        None => format!("the connected user has no {right} right on it"),
                    },
                    later: Vec::new(),
                });
                break;
            }
        }
    }
    rights::give_back(client, prepared.owner.as_ref()).await?;
    Ok(conflicts)
}

fn right(action: Action) -> &'static str {
    match action {
        Action::Insert => "INSERT",
        Action::Update => "UPDATE",
        Action::Delete => "DELETE",
    }
}

/// Separates the steps of tables that are still there, with their columns, from the others.
pub(crate) fn present(
    steps: Vec<Step>,
    tables: &BTreeMap<RelationId, TrackedTable>,
) -> (Vec<Step>, Vec<(Step, Conflict)>) {
    let (mut present, mut gone) = (Vec::new(), Vec::new());
    for step in steps {
        let table = tables.get(&step.relation).filter(|table| table.relation.oid.is_some());
        let Some(table) = table else {
            let message = "the table is no longer there".to_owned();
            let conflict = conflict(&step, ConflictKind::TableGone, message);
            gone.push((step, conflict));
            continue;
        };
        let missing = missing(&step, table);
        if missing.is_empty() {
            present.push(step);
        } else {
            let message = format!("the table no longer has {}", missing.join(", "));
            let conflict = conflict(&step, ConflictKind::ColumnGone, message);
            gone.push((step, conflict));
        }
    }
    (present, gone)
}

/// The columns that a step needs and that the table no longer has.
pub(crate) fn missing(step: &Step, table: &TrackedTable) -> Vec<String> {
    let needed: Vec<&String> = match (step.action, &step.target) {
        (Action::Insert, Some(target)) => target.keys().collect(),
        _ => step.columns.iter().collect(),
    };
    needed.into_iter().filter(|name| !table.has_column(name)).cloned().collect()
}

/// Conflicts in full: which row, who, when. Only so many; the number of the others beside them.
pub(crate) async fn told(
    journal: &Journal,
    prepared: &Prepared,
    found: &[Found],
) -> Result<(Vec<Conflict>, usize), UndoError> {
    let telling = &found[..found.len().min(TOLD)];
    let positions: Vec<i64> = telling.iter().map(|one| one.position).collect();
    let rows = journal.client().query(include_str!("../sql/step_of.sql"), &[&positions]).await?;
    let mut steps = BTreeMap::new();
    for row in &rows {
        steps.insert(row.try_get::<_, i64>("position")?, row);
    }
    let mut conflicts = Vec::new();
    for one in telling {
        let Some(row) = steps.get(&one.position) else { continue };
        let batch: i32 = row.try_get("batch")?;
        let at = prepared.work().find(|(_, other)| other.number == batch);
        let Some((table, batch)) = at else { continue };
        conflicts.push(tell(journal, (table, batch), one, row).await?);
    }
    Ok((conflicts, found.len() - telling.len()))
}

async fn tell(
    journal: &Journal,
    (table, batch): (&TrackedTable, &Batch),
    found: &Found,
    row: &tokio_postgres::Row,
) -> Result<Conflict, UndoError> {
    let names = table.columns.iter().map(|column| column.name.as_str());
    let values: Option<Row> = row.try_get::<_, Option<&str>>("row")?.and_then(|r| named(names, r));
    let key = values.and_then(|values| Key::of(&table.relation.key, &values));
    let mut conflict = Conflict {
        kind: found.kind,
        table: table.relation.name.clone(),
        key: key.map(|key| shown(table, &key)),
        message: found.message.clone(),
        later: Vec::new(),
    };
    if found.kind != ConflictKind::ChangedLater {
        return Ok(conflict);
    }
    let last = ChangeId(row.try_get::<_, Option<i64>>("last")?.unwrap_or(0));
    let key: Option<&str> = row.try_get("key")?;
    conflict.later = later(journal, table.relation.id, key, last).await?;
    (conflict.kind, conflict.message) =
        changed_later(journal, table, batch.action, conflict.later.last()).await?;
    Ok(conflict)
}

/// In which words a row is not as expected.
async fn changed_later(
    journal: &Journal,
    table: &TrackedTable,
    action: Action,
    last: Option<&LaterChange>,
) -> Result<(ConflictKind, String), UndoError> {
    if let Some(change) = last {
        let actor = change.actor.as_ref().map_or_else(String::new, |actor| format!(" by {actor}"));
        let message = format!("was changed later by transaction {}{actor}", change.tx);
        return Ok((ConflictKind::ChangedLater, message));
    }
    let mut message = match action {
        Action::Insert => "is there again, by no change that is recorded".to_owned(),
        Action::Update | Action::Delete => {
            "is not as it was left, by no change that is recorded".to_owned()
        }
    };
    let gaps = journal.gaps(table.relation.id).await?;
    let Some(gap) = gaps.last() else { return Ok((ConflictKind::ChangedLater, message)) };
    message = format!("{message}: the journal has a gap since {}", gap.from_at);
    Ok((ConflictKind::Gap, message))
}

/// The changes of a row after one of them.
pub(crate) async fn later(
    journal: &Journal,
    relation: RelationId,
    key: Option<&str>,
    after: ChangeId,
) -> Result<Vec<LaterChange>, UndoError> {
    let Some(key) = key else { return Ok(Vec::new()) };
    let rows = journal
        .client()
        .query(include_str!("../sql/later.sql"), &[&relation.0, &key, &after.0])
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

/// The foreign keys and unique keys of the tables, and the tracked tables that refer to them.
pub(crate) async fn constraints(
    journal: &Journal,
    tables: &BTreeMap<RelationId, TrackedTable>,
) -> Result<(Vec<ForeignKey>, Vec<pgrecall_model::UniqueKey>), UndoError> {
    let oids: Vec<u32> = tables.values().filter_map(|table| table.relation.oid).collect();
    Ok((
        catalogue::foreign_keys(journal.client(), &oids).await?,
        catalogue::unique_keys(journal.client(), &oids).await?,
    ))
}
