//! One batch of steps as one statement.

use pgrecall_journal::TrackedTable;
use pgrecall_model::{Action, Ident, Step};
use pgrecall_postgres::{ServerError, Template};
use serde_json::{Value, json};
use tokio_postgres::Transaction;

use crate::current::qualified;

/// How many steps go into one statement at most, so that neither side holds much at once.
const MAX_STEPS: usize = 1_000;

/// By what a row of a table with a key is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// By its key.
    ByKey,
    /// By its key and all its values: while unique keys are deferred, the key may not be enough.
    ByImage,
}

/// Carries out steps of one table, one action and one set of columns; gives how many rows were
/// touched.
pub(crate) async fn execute(
    transaction: &Transaction<'_>,
    table: &TrackedTable,
    steps: &[Step],
    found: Found,
) -> Result<u64, ServerError> {
    let mut touched = 0;
    for chunk in steps.chunks(MAX_STEPS) {
        let sql = statement(table, &chunk[0], found)?.sql();
        let list = Value::Array(chunk.iter().map(parameter).collect());
        touched += transaction.execute(&sql, &[&list]).await?;
    }
    Ok(touched)
}

fn statement(table: &TrackedTable, step: &Step, found: Found) -> Result<Template, ServerError> {
    let text = match (step.action, table.relation.key.is_empty()) {
        (Action::Insert, _) => include_str!("../sql/insert.sql"),
        (Action::Update, false) => include_str!("../sql/update.sql"),
        (Action::Delete, false) => include_str!("../sql/delete.sql"),
        (Action::Update, true) => include_str!("../sql/update_bag.sql"),
        (Action::Delete, true) => include_str!("../sql/delete_bag.sql"),
    };
    let same_image = match found {
        Found::ByKey => Template::new(""),
        Found::ByImage => {
            Template::new(include_str!("../sql/same_image.sql")).with("image", &table.image_of("t"))
        }
    };
    Ok(filled(Template::new(text), table, step)?.with("same_image", &same_image))
}

fn filled(template: Template, table: &TrackedTable, step: &Step) -> Result<Template, ServerError> {
    let set = columns_to_set(table, step)?;
    let assignments = set.iter().map(|c| Template::new("{column} = p.{column}").with("column", c));
    Ok(template
        .with("image", &table.image_of("r"))
        .with("live_table", &table.from_clause())
        .with_all("columns", set.iter().cloned(), ", ")
        .with_all("values", qualified("p", &set), ", ")
        .with_all("assignments", assignments, ", ")
        .with_all("row_key", qualified("t", &table.relation.key), ", ")
        .with_all("given_key", qualified("k", &table.relation.key), ", ")
        .with("table", &table.relation.name))
}

/// An insert sets whatever the target holds and the server does not compute, an update what it is
/// to set.
fn columns_to_set(table: &TrackedTable, step: &Step) -> Result<Vec<Ident>, ServerError> {
    match (step.action, &step.target) {
        (Action::Insert, Some(target)) => Ok(table
            .columns
            .iter()
            .filter(|column| !column.generated && target.contains_key(column.name.as_str()))
            .map(|column| column.name.clone())
            .collect()),
        _ => step
            .columns
            .iter()
            .map(|name| Ident::new(name.as_str()).map_err(ServerError::unexpected))
            .collect(),
    }
}

fn parameter(step: &Step) -> Value {
    json!({ "key": step.key, "expected": step.expected, "target": step.target })
}
