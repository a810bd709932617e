//! The steps of a plan, where they are kept: in a temporary table of the connection.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::{TryStreamExt, pin_mut};
use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{
    Action, ChangeId, Hasher, Ident, Key, PlanHash, RelationId, Row, Selection, Step,
};
use pgrecall_postgres::{Literal, ServerError, Template};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::recorded::is_hashed;
use crate::{Moved, Ordered, Prepared, UndoError, row_text};

/// How many steps are sent to the server at once.
const CHUNK: usize = 1_000;

/// Tells the plans of this process apart.
static PLANS: AtomicI64 = AtomicI64::new(1);

/// Steps that are carried out by one statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Batch {
    pub(crate) number: i32,
    pub(crate) relation: RelationId,
    pub(crate) action: Action,
    pub(crate) steps: u64,
    /// The places of its first and last step.
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// The columns that it sets.
    pub(crate) set: Vec<Ident>,
    /// The columns in which the rows must be as expected.
    pub(crate) known: Vec<Ident>,
    /// Those of which only the hashes can be compared.
    pub(crate) hashed: Vec<Ident>,
    /// How many of the rows the server has changed by itself by their turn, so that they need not be
    /// found under their keys any more.
    pub(crate) moved: u64,
}

/// A number for the next plan.
pub(crate) fn next_plan() -> i64 {
    PLANS.fetch_add(1, Ordering::Relaxed)
}

/// Writes steps that are in their order, and gives their batches: its stretches, each split where
/// other columns are known.
pub(crate) async fn write(
    journal: &Journal,
    plan: i64,
    tables: &BTreeMap<RelationId, TrackedTable>,
    ordered: &Ordered,
    columns: Option<&[String]>,
) -> Result<Vec<Batch>, UndoError> {
    let steps = &ordered.steps;
    let mut batches: Vec<Batch> = Vec::new();
    for stretch in &ordered.batches {
        let Some(table) = tables.get(&steps[stretch.start].relation) else { continue };
        let mut first = stretch.start;
        let of_stretch = &steps[stretch.clone()];
        for part in of_stretch.chunk_by(|one, next| names(one) == names(next)) {
            let number = i32::try_from(batches.len()).map_err(ServerError::unexpected)?;
            let batch = batch(number, table, part, first, columns)?;
            for (at, chunk) in part.chunks(CHUNK).enumerate() {
                let chunk =
                    Chunk { steps: chunk, first: first + at * CHUNK, moved: &ordered.moved };
                write_chunk(journal, plan, table, &batch, chunk).await?;
            }
            first += part.len();
            batches.push(batch);
        }
    }
    Ok(batches)
}

/// The columns that the rows of a step hold.
fn names(step: &Step) -> [Option<Vec<&String>>; 2] {
    [&step.expected, &step.target].map(|row| row.as_ref().map(|row| row.keys().collect()))
}

fn batch(
    number: i32,
    table: &TrackedTable,
    steps: &[Step],
    first: usize,
    columns: Option<&[String]>,
) -> Result<Batch, ServerError> {
    let step = &steps[0];
    let holds = |row: &Option<Row>, name: &Ident| {
        row.as_ref().is_some_and(|row| row.contains_key(name.as_str()))
    };
    let concerned =
        |name: &Ident| columns.is_none_or(|columns| columns.iter().any(|c| c == name.as_str()));
    let present = |row: &Option<Row>| -> Vec<Ident> {
        let names = table.columns.iter().map(|column| &column.name);
        names.filter(|&name| holds(row, name)).cloned().collect()
    };
    let (hashed, known): (Vec<Ident>, Vec<Ident>) = present(&step.expected)
        .into_iter()
        .filter(concerned)
        .partition(|name| is_hashed(&table.relation.hashed, name.as_str()));
    let computed =
        |name: &Ident| table.columns.iter().any(|column| column.generated && column.name == *name);
    let set = match step.action {
        Action::Insert => {
            present(&step.target).into_iter().filter(|name| !computed(name)).collect()
        }
        Action::Update | Action::Delete => step
            .columns
            .iter()
            .map(|name| Ident::new(name.as_str()).map_err(ServerError::unexpected))
            .collect::<Result<_, _>>()?,
    };
    Ok(Batch {
        number,
        relation: step.relation,
        action: step.action,
        steps: u64::try_from(steps.len()).unwrap_or(u64::MAX),
        first: place(first)?,
        last: place(first + steps.len() - 1)?,
        set,
        known,
        hashed,
        moved: 0,
    })
}

pub(crate) fn place(at: usize) -> Result<i64, ServerError> {
    i64::try_from(at).map_err(ServerError::unexpected)
}

/// Steps that are sent at once.
struct Chunk<'s> {
    steps: &'s [Step],
    /// The place of the first of them.
    first: usize,
    /// All that the server moves.
    moved: &'s [Moved],
}

async fn write_chunk(
    journal: &Journal,
    plan: i64,
    table: &TrackedTable,
    batch: &Batch,
    Chunk { steps, first, moved }: Chunk<'_>,
) -> Result<(), UndoError> {
    let sql = Template::new(include_str!("../sql/write_steps.sql"))
        .with("table", &table.relation.name)
        .with("relation", &batch.relation.0)
        .with("action", &Literal(code(batch.action)))
        .with("found_key", &table.key_of("(k.image)"))
        .with("target_key", &table.key_of("(p.image)"))
        .sql();
    let text = |row: &Option<Row>| row.as_ref().map(|row| as_text(table, row));
    let places: Vec<i64> = (first..first + steps.len()).map(place).collect::<Result<_, _>>()?;
    let expected: Vec<_> = steps.iter().map(|step| text(&step.expected)).collect();
    let hashes: Vec<_> = steps.iter().map(|step| hashes(batch, step)).collect();
    let target: Vec<_> = steps.iter().map(|step| text(&step.target)).collect();
    let changes: Vec<_> = steps.iter().map(|step| list(&step.changes)).collect();
    let mut found: Vec<Option<String>> = vec![None; steps.len()];
    for one in moved.iter().filter(|_| table.relation.key.is_empty()) {
        if let Some(found) = one.step.checked_sub(first).and_then(|at| found.get_mut(at)) {
            *found = Some(as_text(table, &one.found));
        }
    }
    journal
        .client()
        .execute(
            &sql,
            &[&plan, &batch.number, &places, &expected, &hashes, &target, &changes, &found],
        )
        .await?;
    Ok(())
}

/// The text of a row of the table as it is today; null what is not known.
pub(crate) fn as_text(table: &TrackedTable, row: &Row) -> String {
    row_text::write(table.columns.iter().map(|column| {
        let name = column.name.as_str();
        let value = row.get(name).filter(|_| !is_hashed(&table.relation.hashed, name));
        value.and_then(Value::as_str)
    }))
}

fn hashes(batch: &Batch, step: &Step) -> Option<String> {
    let row = step.expected.as_ref().filter(|_| !batch.hashed.is_empty())?;
    let hashes = batch.hashed.iter().map(|name| row.get(name.as_str()).and_then(Value::as_str));
    Some(row_text::write(hashes))
}

fn list(changes: &[ChangeId]) -> String {
    let numbers: Vec<String> = changes.iter().map(ToString::to_string).collect();
    format!("{{{}}}", numbers.join(","))
}

pub(crate) fn code(action: Action) -> &'static str {
    match action {
        Action::Insert => "I",
        Action::Update => "U",
        Action::Delete => "D",
    }
}

/// The hash of the steps as they are written.
pub(crate) async fn hash(journal: &Journal, selection: &Selection) -> Result<PlanHash, UndoError> {
    let mut hasher = Hasher::new(selection).map_err(ServerError::unexpected)?;
    let none: [&str; 0] = [];
    let rows = journal.client().query_raw(include_str!("../sql/digests.sql"), none).await?;
    pin_mut!(rows);
    while let Some(row) = rows.try_next().await? {
        hasher.add(row.try_get("digest")?);
    }
    Ok(hasher.finish())
}

impl Prepared {
    /// Steps after a place in the order, counted from 1, at most so many; the values of their rows as
    /// the log shows them.
    ///
    /// # Errors
    /// When another plan was made on the connection since, or when the server refuses.
    pub async fn steps(
        &self,
        journal: &Journal,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Step>, UndoError> {
        let mut steps = Vec::new();
        let mut passed = 0;
        for batch in &self.batches {
            passed += batch.steps;
            if passed <= after || steps.len() >= limit {
                continue;
            }
            let from = if passed - batch.steps < after {
                batch.first + i64::try_from(after + batch.steps - passed).unwrap_or(i64::MAX) - 1
            } else {
                batch.first - 1
            };
            steps.extend(self.steps_of(journal, batch, from, limit - steps.len()).await?);
        }
        Ok(steps)
    }

    async fn steps_of(
        &self,
        journal: &Journal,
        batch: &Batch,
        after: i64,
        limit: usize,
    ) -> Result<Vec<Step>, UndoError> {
        let Some(table) = self.tables.get(&batch.relation) else { return Ok(Vec::new()) };
        let has_json = table.columns.iter().any(|column| column.type_name.starts_with("json"));
        let image = if has_json { "recall._image" } else { "pg_catalog.to_jsonb" };
        let sql = Template::new(include_str!("../sql/show_steps.sql"))
            .with("table", &table.relation.name)
            .with("image", &Template::new(image))
            .sql();
        let limit = place(limit)?;
        let rows = journal.client().query(&sql, &[&batch.number, &after, &limit]).await?;
        rows.iter().map(|row| self.step(table, batch, row)).collect()
    }

    fn step(
        &self,
        table: &TrackedTable,
        batch: &Batch,
        row: &tokio_postgres::Row,
    ) -> Result<Step, UndoError> {
        let of_batch = |name: &str| {
            let known = batch.known.iter().chain(&batch.set).chain(&table.relation.key);
            self.columns.is_some() || known.into_iter().any(|column| column.as_str() == name)
        };
        let image = |column| -> Result<Option<Row>, ServerError> {
            let image: Option<Value> = row.try_get(column)?;
            let Some(Value::Object(image)) = image else { return Ok(None) };
            let mut image = table.ordered(image);
            image.retain(|name, _| table.relation.records(name) && of_batch(name));
            Ok(Some(image))
        };
        let (expected, target) = (image("expected")?, image("target")?);
        let named = expected.as_ref().or(target.as_ref());
        let changes: Vec<i64> = row.try_get("changes")?;
        Ok(Step {
            table: table.relation.name.clone(),
            relation: batch.relation,
            key: named.and_then(|row| Key::of(&table.relation.key, row)),
            action: batch.action,
            columns: match batch.action {
                Action::Update => self.differing(batch, expected.as_ref(), target.as_ref()),
                Action::Insert | Action::Delete => Vec::new(),
            },
            expected,
            target,
            changes: changes.into_iter().map(ChangeId).collect(),
        })
    }

    /// Of the columns that are set those that get another value.
    fn differing(
        &self,
        batch: &Batch,
        expected: Option<&Row>,
        target: Option<&Row>,
    ) -> Vec<String> {
        let names = batch.set.iter().map(Ident::as_str);
        let value = |row: Option<&Row>, name: &str| row.and_then(|row| row.get(name)).cloned();
        names
            .filter(|name| !self.bulk || value(expected, name) != value(target, name))
            .map(str::to_owned)
            .collect()
    }
}
