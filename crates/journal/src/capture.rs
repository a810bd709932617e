//! The SQL that records a table: generated functions, and expressions that give a row's image
//! and key in the same text form wherever they are needed.

use std::collections::BTreeSet;

use pgrecall_model::{Ident, NameError, RelationId, RelationName};
use pgrecall_postgres::catalogue::{Column, Format};
use pgrecall_postgres::{Literal, Template};

/// The names of our triggers; `!` sorts before every letter and digit.
pub(crate) const ROW_TRIGGERS: [&str; 3] = ["!recall_insert", "!recall_update", "!recall_delete"];
/// The name of our TRUNCATE trigger.
pub(crate) const TRUNCATE_TRIGGER: &str = "!recall_truncate";

/// The operations for which a function is generated.
const OPERATIONS: [(&str, &str); 4] = [
    ("insert", include_str!("../sql/capture/insert.sql")),
    ("update", include_str!("../sql/capture/update.sql")),
    ("delete", include_str!("../sql/capture/delete.sql")),
    ("truncate", include_str!("../sql/capture/truncate.sql")),
];

/// Types whose text is always short enough for an index entry.
const SHORT_TYPES: [&str; 9] = [
    "smallint",
    "integer",
    "bigint",
    "oid",
    "uuid",
    "boolean",
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
];

/// How the rows of a table are written into the journal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recording<'t> {
    pub(crate) relation: RelationId,
    pub(crate) name: &'t RelationName,
    pub(crate) key: &'t [Ident],
    pub(crate) excluded: &'t [Ident],
    pub(crate) hashed: &'t [Ident],
    pub(crate) columns: &'t [Column],
}

impl Recording<'_> {
    /// The statements that make the functions, each with the name of its function.
    pub(crate) fn functions(&self) -> Result<Vec<(Ident, String)>, NameError> {
        OPERATIONS
            .iter()
            .map(|&(operation, template)| {
                let function = function_name(self.relation, operation)?;
                let sql = Template::new(template)
                    .with("table", self.name)
                    .with("function", &function)
                    .with("noted", &Template::new(include_str!("../sql/capture/noted.sql")))
                    .with("relation", &self.relation.0)
                    .with("settings", &self.settings())
                    .with("old_image", &self.image(&Template::new("OLD")))
                    .with("new_image", &self.image(&Template::new("NEW")))
                    .with("row_image", &self.image(&Template::new("r")))
                    .with("image_key", &self.key_of_image(&Template::new(image_name(operation))))
                    .with("before_key", &self.key_of_image(&Template::new("before")))
                    .with("after_key", &self.key_of_image(&Template::new("after")))
                    .sql();
                Ok((function, sql))
            })
            .collect()
    }

    /// The image of a row that goes by the name `row`, as a JSONB expression.
    pub(crate) fn image(&self, row: &Template) -> Template {
        let whole = if self
            .columns
            .iter()
            .any(|column| ["json", "json[]"].contains(&column.type_name.as_str()))
        {
            Template::new("recall._image({row})").with("row", row)
        } else {
            Template::new("pg_catalog.to_jsonb({row})").with("row", row)
        };
        let kept = if self.excluded.is_empty() {
            whole
        } else {
            Template::new("({image} OPERATOR(pg_catalog.-) ARRAY[{columns}]::pg_catalog.text[])")
                .with("image", &whole)
                .with_all("columns", literals(self.excluded), ", ")
        };
        if self.hashed.is_empty() {
            return kept;
        }
        Template::new("recall._hashed({image}, ARRAY[{columns}]::pg_catalog.text[])")
            .with("image", &kept)
            .with_all("columns", literals(self.hashed), ", ")
    }

    /// The key within a row's image, as a text expression.
    pub(crate) fn key_of_image(&self, image: &Template) -> Template {
        let part = |column: &Ident| {
            Template::new("{image} OPERATOR(pg_catalog.->) {column}")
                .with("image", image)
                .with("column", &Literal(column.as_str()))
        };
        let text = match self.key {
            [] => return Template::new("NULL::pg_catalog.text"),
            [only] => Template::new("({image} OPERATOR(pg_catalog.->>) {column})")
                .with("image", image)
                .with("column", &Literal(only.as_str())),
            several => Template::new("pg_catalog.jsonb_build_array({parts})::pg_catalog.text")
                .with_all("parts", several.iter().map(part), ", "),
        };
        self.shortened(text)
    }

    /// The key of a row that goes by the name `row`, equal to that within its image but without
    /// making an image of the whole row.
    pub(crate) fn key_of_row(&self, row: &Template) -> Template {
        let value = |column: &Ident| {
            Template::new("pg_catalog.to_jsonb({row}.{column})")
                .with("row", row)
                .with("column", column)
        };
        let text = match self.key {
            [] => return Template::new("NULL::pg_catalog.text"),
            [only] if self.is_short(only) && self.is_text_as_it_is(only) => {
                Template::new("({row}.{column})::pg_catalog.text")
                    .with("row", row)
                    .with("column", only)
            }
            [only] => {
                Template::new("({value} OPERATOR(pg_catalog.#>>) '{}')").with("value", &value(only))
            }
            several => Template::new("pg_catalog.jsonb_build_array({values})::pg_catalog.text")
                .with_all("values", several.iter().map(value), ", "),
        };
        self.shortened(text)
    }

    fn shortened(&self, key: Template) -> Template {
        if self.key.iter().all(|column| self.is_short(column)) && self.key.len() <= 8 {
            return key;
        }
        Template::new("recall._key({key})").with("key", &key)
    }

    fn type_of(&self, column: &Ident) -> Option<&str> {
        self.columns.iter().find(|c| c.name == *column).map(|c| c.type_name.as_str())
    }

    fn is_short(&self, column: &Ident) -> bool {
        self.type_of(column).is_some_and(|name| SHORT_TYPES.contains(&name))
    }

    /// Whether casting to text gives what JSON holds: not for booleans and times.
    fn is_text_as_it_is(&self, column: &Ident) -> bool {
        self.type_of(column).is_some_and(|name| {
            ["smallint", "integer", "bigint", "oid", "uuid", "date"].contains(&name)
        })
    }

    /// The settings on which the text of this table's values depends, pinned in the function, one
    /// a line. Each costs a little per row, so only those that matter are there.
    fn settings(&self) -> Template {
        let pins = |format: Format| -> &'static [&'static str] {
            match format {
                Format::Fixed => &[],
                Format::TimeZone => &["SET TimeZone = 'UTC'\n"],
                Format::Bytea => &["SET bytea_output = 'hex'\n"],
                Format::Float => &["SET extra_float_digits = 1\n"],
                Format::Interval => &["SET IntervalStyle = 'postgres'\n"],
                Format::All => &[
                    "SET TimeZone = 'UTC'\n",
                    "SET bytea_output = 'hex'\n",
                    "SET extra_float_digits = 1\n",
                    "SET IntervalStyle = 'postgres'\n",
                    "SET DateStyle = 'ISO, YMD'\n",
                ],
            }
        };
        let wanted: BTreeSet<_> = self.columns.iter().flat_map(|c| pins(c.format)).collect();
        Template::new("{lines}").with_all(
            "lines",
            wanted.into_iter().map(|line| Template::new(line)),
            "",
        )
    }
}

/// The name of the function that records an operation.
pub(crate) fn function_name(relation: RelationId, operation: &str) -> Result<Ident, NameError> {
    Ident::new(format!("capture_{relation}_{operation}"))
}

/// The names of all functions that record a table.
pub(crate) fn function_names(relation: RelationId) -> Result<Vec<Ident>, NameError> {
    OPERATIONS.iter().map(|(operation, _)| function_name(relation, operation)).collect()
}

fn image_name(operation: &str) -> &'static str {
    if operation == "truncate" { "i.image" } else { "image" }
}

fn literals(columns: &[Ident]) -> impl Iterator<Item = Literal<'_>> {
    columns.iter().map(|column| Literal(column.as_str()))
}
