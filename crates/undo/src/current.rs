//! The rows of today that a plan is about.

use pgrecall_journal::TrackedTable;
use pgrecall_model::{Ident, Key, Row};
use pgrecall_postgres::{ServerError, Template};
use serde_json::Value;
use tokio_postgres::GenericClient;

/// Whether the rows that are read stay as they are until the end of the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    No,
    ForUpdate,
}

/// The row of today under each key, in the order of the keys.
pub(crate) async fn current_rows(
    client: &impl GenericClient,
    table: &TrackedTable,
    keys: &[Key],
    lock: Lock,
) -> Result<Vec<Option<Row>>, ServerError> {
    let lock = match lock {
        Lock::No => "",
        Lock::ForUpdate => "FOR UPDATE OF r",
    };
    let sql = Template::new(include_str!("../sql/current.sql"))
        .with("image", &table.image_of("r"))
        .with("table", &table.relation.name)
        .with("live_table", &table.from_clause())
        .with_all("row_key", qualified("r", &table.relation.key), ", ")
        .with_all("given_key", qualified("k", &table.relation.key), ", ")
        .with("lock", &Template::new(lock))
        .sql();
    let list = Value::Array(keys.iter().map(|key| Value::Object(key.values().clone())).collect());
    let mut rows = vec![None; keys.len()];
    for row in client.query(&sql, &[&list]).await? {
        let position = position(&row)?;
        if let (Some(slot), Value::Object(image)) = (rows.get_mut(position), row.try_get("image")?)
        {
            *slot = Some(table.ordered(image));
        }
    }
    Ok(rows)
}

/// How many rows of today are like each image, for a table without a key.
pub(crate) async fn current_copies(
    client: &impl GenericClient,
    table: &TrackedTable,
    images: &[Row],
) -> Result<Vec<i64>, ServerError> {
    let sql = Template::new(include_str!("../sql/current_bag.sql"))
        .with("image", &table.image_of("r"))
        .with("live_table", &table.from_clause())
        .sql();
    let list = Value::Array(images.iter().cloned().map(Value::Object).collect());
    let mut copies = vec![0; images.len()];
    for row in client.query(&sql, &[&list]).await? {
        if let Some(slot) = copies.get_mut(position(&row)?) {
            *slot = row.try_get("copies")?;
        }
    }
    Ok(copies)
}

/// `row.a`, `row.b`, … for the given columns.
pub(crate) fn qualified<'c>(
    row: &'static str,
    columns: &'c [Ident],
) -> impl Iterator<Item = Template> + use<'c> {
    columns.iter().map(move |column| {
        Template::new("{row}.{column}").with("row", &Template::new(row)).with("column", column)
    })
}

/// The position in the list that was given, counted from 0.
pub(crate) fn position(row: &tokio_postgres::Row) -> Result<usize, ServerError> {
    let counted_from_one: i64 = row.try_get("position")?;
    usize::try_from(counted_from_one - 1).map_err(ServerError::unexpected)
}

/// Whether two images agree in every column that both have: a table may have got columns since,
/// or lost some.
pub(crate) fn agree(a: &Row, b: &Row, columns: Option<&[String]>) -> bool {
    let concerned = |name: &String| columns.is_none_or(|columns| columns.contains(name));
    a.iter()
        .filter(|(name, _)| concerned(name))
        .all(|(name, value)| b.get(name).is_none_or(|other| other == value))
}
