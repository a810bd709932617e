//! The statements by which a batch of steps is looked at and carried out.

use pgrecall_journal::TrackedTable;
use pgrecall_model::{Action, Ident};
use pgrecall_postgres::{Quoted, Template};

use crate::steps::Batch;

/// Which rows a statement touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// Those under the keys; they were locked and compared before.
    ByKey,
    /// Those that are as expected, too.
    AsExpected,
}

/// Carries a batch out; its parameters are the batch and the places of its first and last step.
pub(crate) fn deed(table: &TrackedTable, batch: &Batch, found: Found) -> Template {
    let text = match (batch.action, table.relation.key.is_empty()) {
        (Action::Insert, _) => include_str!("../sql/insert.sql"),
        (Action::Update, false) => include_str!("../sql/update.sql"),
        (Action::Delete, false) => include_str!("../sql/delete.sql"),
        (Action::Update, true) => include_str!("../sql/update_bag.sql"),
        (Action::Delete, true) => include_str!("../sql/delete_bag.sql"),
    };
    let assignments = batch.set.iter().map(|column| {
        Template::new("{column} = (p.image).{column}").with("column", &Quoted(column))
    });
    let as_expected = match found {
        Found::ByKey => Template::new(""),
        Found::AsExpected => {
            Template::new("\n  AND {same}").with("same", &as_expected("t", table, batch))
        }
    };
    on(table, batch, "t", text)
        .with_all("columns", batch.set.iter().cloned(), ", ")
        .with_all("values", columns("(p.image)", &batch.set), ", ")
        .with_all("assignments", assignments, ", ")
        .with("as_expected", &as_expected)
        .with("found", &on(table, batch, "r", include_str!("../sql/found_bag.sql")))
}

/// The steps of a batch whose rows are not as expected; its parameter is the batch.
pub(crate) fn unexpected(table: &TrackedTable, batch: &Batch) -> Template {
    if table.relation.key.is_empty() {
        return on(table, batch, "r", include_str!("../sql/unexpected_bag.sql"));
    }
    on(table, batch, "r", include_str!("../sql/unexpected.sql"))
        .with("as_expected", &as_expected("r", table, batch))
}

/// Locks the rows of a batch; its parameter is the batch.
pub(crate) fn lock(table: &TrackedTable, batch: &Batch) -> Template {
    on(table, batch, "r", include_str!("../sql/lock.sql"))
}

/// The steps of a batch that did not leave what they were to leave; its parameters are the batch and
/// the places of its first and last step.
pub(crate) fn verify(table: &TrackedTable, batch: &Batch) -> Template {
    Template::new(include_str!("../sql/verify.sql"))
        .with("table", &table.relation.name)
        .with("live_table", &table.from_clause())
        .with_all("row_key", columns("r", &table.relation.key), ", ")
        .with_all("target_key", columns("(p.image)", &table.relation.key), ", ")
        .with_all("one_of_key", columns("r", first(&table.relation.key)), ", ")
        .with_all("live_columns", columns("r", &batch.set), ", ")
        .with_all("target_columns", columns("(p.image)", &batch.set), ", ")
}

fn on(table: &TrackedTable, batch: &Batch, row: &'static str, text: &'static str) -> Template {
    Template::new(text)
        .with("table", &table.relation.name)
        .with("live_table", &table.from_clause())
        .with("relation", &table.relation.id.0)
        .with_all("row_key", columns(row, &table.relation.key), ", ")
        .with_all("given_key", columns("(k.image)", &table.relation.key), ", ")
        .with_all("one_of_key", columns(row, first(&table.relation.key)), ", ")
        .with_all("live_columns", columns(row, &batch.known), ", ")
        .with_all("expected_columns", columns("(k.image)", &batch.known), ", ")
}

/// Whether a row is as the step expects, as far as the journal knows it.
fn as_expected(row: &'static str, table: &TrackedTable, batch: &Batch) -> Template {
    let same = on(
        table,
        batch,
        row,
        "pg_catalog.concat(ROW({live_columns})) = pg_catalog.concat(ROW({expected_columns}))",
    );
    if batch.hashed.is_empty() {
        return same;
    }
    let hashes = columns(row, &batch.hashed)
        .map(|column| Template::new("recall._hash({column})").with("column", &column));
    Template::new("({same} AND pg_catalog.concat(ROW({hashes})) = s.hashes)")
        .with("same", &same)
        .with_all("hashes", hashes, ", ")
}

fn first(columns: &[Ident]) -> &[Ident] {
    columns.split_at(columns.len().min(1)).0
}

/// `row.a`, `row.b`, … for the given columns.
pub(crate) fn columns<'c>(
    row: &'static str,
    columns: &'c [Ident],
) -> impl Iterator<Item = Template> + use<'c> {
    columns.iter().map(move |column| {
        Template::new("{row}.{column}")
            .with("row", &Template::new(row))
            .with("column", &Quoted(column))
    })
}
