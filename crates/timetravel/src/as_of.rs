//! A tracked table as a query that gives its rows of a moment.

use pgrecall_journal::{Snapshot, TrackedTable};
use pgrecall_model::Ident;
use pgrecall_postgres::{Literal, Template};

/// The rows of a table at a snapshot, with the columns `shape` in that order.
///
/// Columns that are not recorded are null: their values of today would not be those of then.
pub(crate) fn as_of(table: &TrackedTable, snapshot: &Snapshot, shape: &[Ident]) -> Template {
    let text = if table.relation.key.is_empty() {
        include_str!("../sql/as_of_bag.sql")
    } else {
        include_str!("../sql/as_of.sql")
    };
    common(Template::new(text), table, snapshot)
        .with_all("live_columns", columns("r", table, shape), ", ")
        .with_all("past_columns", columns("(p.past)", table, shape), ", ")
        .with("key", &table.key_of("r"))
}

/// The image of one record at a snapshot; `$1` is its key as the journal writes it,
/// `$2` the same as a JSON object.
pub(crate) fn record_at(table: &TrackedTable, snapshot: &Snapshot) -> Template {
    let key = |row: &'static str| {
        let row = Template::new(row);
        table.relation.key.iter().map(move |column| {
            Template::new("{row}.{column}").with("row", &row).with("column", column)
        })
    };
    common(Template::new(include_str!("../sql/record_at.sql")), table, snapshot)
        .with_all("row_key", key("r"), ", ")
        .with_all("given_key", key("k"), ", ")
}

fn common(template: Template, table: &TrackedTable, snapshot: &Snapshot) -> Template {
    template
        .with("live_table", &table.from_clause())
        .with("live_image", &table.image_of("r"))
        .with("live_row", &live_row(table))
        .with("row_before", &past_row(table, "c.old"))
        .with("row_after", &past_row(table, "recall._whole(c.old, c.new)"))
        .with("relation", &table.relation.id.0)
        .with("change_is_later", &is_later("c", snapshot))
        .with("earlier_is_later", &is_later("e", snapshot))
        .with("table", &table.relation.name)
}

/// Whether a change, which goes by the name `change` in a query, is not part of a snapshot. Mostly
/// that is one comparison of numbers.
pub(crate) fn is_later(change: &'static str, snapshot: &Snapshot) -> Template {
    let text = if snapshot.open.is_empty() {
        "{change}.tx >= {upper}"
    } else {
        "({change}.tx >= {upper} OR {change}.tx IN ({open}))"
    };
    Template::new(text)
        .with("change", &Template::new(change))
        .with("upper", &snapshot.upper.0)
        .with_all("open", snapshot.open.iter().map(|tx| tx.0), ", ")
}

/// A row of today as far as it is recorded.
fn live_row(table: &TrackedTable) -> Template {
    if table.is_complete() {
        return Template::new("r.*");
    }
    Template::new("pg_catalog.jsonb_populate_record(NULL::{table}, {image})")
        .with("table", &table.relation.name)
        .with("image", &without_hashes(table, table.image_of("r")))
}

/// The row that an image of a change holds, as a row of today's table. The text of an image in
/// today's columns is read as it is; any other way goes through JSON.
fn past_row(table: &TrackedTable, image: &'static str) -> Template {
    let text = Template::new(image);
    let decoded = Template::new("recall._decode(c.shape, {text})").with("text", &text);
    let by_name = Template::new("pg_catalog.jsonb_populate_record(NULL::{table}, {image})")
        .with("table", &table.relation.name)
        .with("image", &without_hashes(table, decoded));
    match table.present_shape().filter(|_| table.is_complete()) {
        Some(shape) => {
            Template::new("CASE c.shape WHEN {shape} THEN {text}::{table} ELSE {by_name} END")
                .with("shape", &shape.id)
                .with("text", &text)
                .with("table", &table.relation.name)
                .with("by_name", &by_name)
        }
        None => by_name,
    }
}

/// An image without the hashes, which are no values of their columns' types.
fn without_hashes(table: &TrackedTable, image: Template) -> Template {
    if table.relation.hashed.is_empty() {
        return image;
    }
    let names = table.relation.hashed.iter().map(|column| Literal(column.as_str()));
    Template::new("({image} - ARRAY[{hashed}]::pg_catalog.text[])")
        .with("image", &image)
        .with_all("hashed", names, ", ")
}

fn columns<'t>(
    row: &'static str,
    table: &'t TrackedTable,
    shape: &'t [Ident],
) -> impl Iterator<Item = Template> + use<'t> {
    shape.iter().map(move |name| {
        let column = table.columns.iter().find(|column| column.name == *name);
        match column {
            Some(column) if !table.relation.records(name.as_str()) => {
                Template::new("NULL::{type} AS {name}")
                    .with_checked_sql("type", &column.type_name)
                    .with("name", name)
            }
            _ => Template::new("{row}.{name}").with("row", &Template::new(row)).with("name", name),
        }
    })
}
