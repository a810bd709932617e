use std::collections::{BTreeMap, BTreeSet};

use pgrecall_journal::{Classification, ClassifiedTable, TrackedTable};
use pgrecall_model::{Class, Ident};
use serde::Serialize;
use utoipa::ToSchema;

/// A table that is or was recorded.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Table {
    /// Its name.
    #[serde(rename = "table")]
    name: String,
    /// `tracked`, `paused`, `untracked` or `dropped`.
    status: String,
    /// The columns that identify a row.
    key: Vec<String>,
    /// From when on the journal has its changes.
    #[schema(format = "date-time")]
    since: String,
    /// Columns that are left out.
    excluded: Vec<String>,
    /// Columns of which only a hash is kept.
    hashed: Vec<String>,
    /// Its columns.
    columns: Vec<String>,
    /// What kind of data the table as a whole holds, such as `personal`.
    classes: Vec<String>,
    /// The same of its columns, by their names; those without classes are left out.
    column_classes: BTreeMap<String, Vec<String>>,
    /// Where changes may be missing.
    gaps: Vec<Gap>,
}

/// A column of a table.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TableColumn {
    /// Its name.
    column: String,
    /// Its type, as PostgreSQL writes it.
    #[serde(rename = "type")]
    type_name: String,
    /// Whether it belongs to what identifies a row.
    key: bool,
    /// Whether the server computes it.
    generated: bool,
    /// `whole`, `hash` where only a hash is kept, or `not`.
    recorded: &'static str,
    /// What kind of data it holds, such as `personal`.
    classes: Vec<String>,
}

impl TableColumn {
    pub(crate) fn all(table: &TrackedTable, classification: &Classification) -> Vec<Self> {
        let relation = &table.relation;
        let classified = classification.table(relation.id);
        let column = |column: &pgrecall_postgres::catalogue::Column| Self {
            column: column.name.as_str().to_owned(),
            type_name: column.type_name.clone(),
            key: relation.key.contains(&column.name),
            generated: column.generated,
            recorded: match &column.name {
                name if relation.excluded.contains(name) => "not",
                name if relation.hashed.contains(name) => "hash",
                _ => "whole",
            },
            classes: classified
                .and_then(|table| table.of_column(&column.name))
                .map(words)
                .unwrap_or_default(),
        };
        table.columns.iter().map(column).collect()
    }
}

/// A stretch in which changes of a table may be missing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Gap {
    /// The table.
    table: String,
    /// Why.
    reason: String,
    /// The same as a sentence.
    means: String,
    /// When it opened.
    #[schema(format = "date-time")]
    from_at: String,
    /// When it closed; null while it is open.
    #[schema(format = "date-time")]
    until_at: Option<String>,
    /// The transaction in which it opened.
    from_tx: i64,
    /// The transaction in which it closed.
    until_tx: Option<i64>,
}

/// A table that is not recorded.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Uncovered {
    /// Its name.
    table: String,
    /// Why it is not recorded.
    reason: String,
    /// The columns that identify a row.
    key: Vec<String>,
    /// About how many rows it has.
    rows: Option<i64>,
    /// How large it is with its indexes.
    bytes: i64,
    /// How many rows were written since the server's statistics were reset.
    writes: i64,
}

impl Gap {
    pub(crate) fn new(table: &TrackedTable, gap: &pgrecall_journal::Gap) -> Self {
        Self {
            table: table.relation.name.to_string(),
            reason: gap.reason.clone(),
            means: gap.sentence(&table.relation.name),
            from_at: gap.from_at.to_string(),
            until_at: gap.until_at.map(|at| at.to_string()),
            from_tx: gap.from_tx.0,
            until_tx: gap.until_tx.map(|tx| tx.0),
        }
    }
}

impl Table {
    pub(crate) fn new(
        table: &TrackedTable,
        gaps: Vec<Gap>,
        classification: &Classification,
    ) -> Self {
        let relation = &table.relation;
        let classified = classification.table(relation.id);
        let status = match (relation.tracked, relation.oid) {
            (true, _) if table.paused => "paused",
            (true, _) => "tracked",
            (false, Some(_)) => "untracked",
            (false, None) => "dropped",
        };
        Self {
            name: relation.name.to_string(),
            status: status.to_owned(),
            key: names(&relation.key),
            since: relation.since_at.to_string(),
            excluded: names(&relation.excluded),
            hashed: names(&relation.hashed),
            columns: table.columns.iter().map(|column| column.name.as_str().to_owned()).collect(),
            classes: classified.map(|table| words(&table.classes)).unwrap_or_default(),
            column_classes: classified.map(column_classes).unwrap_or_default(),
            gaps,
        }
    }
}

fn column_classes(table: &ClassifiedTable) -> BTreeMap<String, Vec<String>> {
    let columns = table.columns.iter();
    columns.map(|column| (column.name.as_str().to_owned(), words(&column.classes))).collect()
}

fn words(classes: &BTreeSet<Class>) -> Vec<String> {
    classes.iter().map(ToString::to_string).collect()
}

impl From<pgrecall_journal::Uncovered> for Uncovered {
    fn from(table: pgrecall_journal::Uncovered) -> Self {
        Self {
            table: table.name.to_string(),
            reason: table.reason,
            key: names(&table.key),
            rows: table.rows,
            bytes: table.bytes,
            writes: table.writes,
        }
    }
}

fn names(idents: &[Ident]) -> Vec<String> {
    idents.iter().map(|ident| ident.as_str().to_owned()).collect()
}
