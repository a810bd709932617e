//! What records a table for each statement.

use pgrecall_model::{Ident, NameError, RelationId};
use pgrecall_postgres::{Literal, Template};

use super::{Recording, Settled, function_name};
use crate::for_each::ForEach;

const AT_END: &str = include_str!("../../sql/capture/at_end.sql");

/// What a function does for each statement, and its text.
pub(super) const FUNCTIONS: [(&str, &str); 4] = [
    ("begin", include_str!("../../sql/capture/begin.sql")),
    ("inserted", AT_END),
    ("updated", AT_END),
    ("deleted", AT_END),
];

impl Recording<'_> {
    /// Fills in by what functions find out how the rows of a statement are recorded, and what they do at
    /// its end.
    pub(super) fn for_statement(&self, template: Template, operation: &str) -> Template {
        let name = name(self.relation);
        let template = template
            .with("state", &self.state())
            .with("statement", &Literal(&name))
            .with("code", &code(operation));
        if ["inserted", "updated", "deleted"].contains(&operation) {
            return self.at_end(template, operation);
        }
        template
    }

    /// What stands around the body of a function for rows: it does nothing for those that are recorded at the
    /// end of their statement.
    pub(super) fn passed_over(&self, operation: &str, settled: &Settled) -> [Template; 2] {
        [
            Template::new(include_str!("../../sql/capture/passed_over.sql"))
                .with("relation", &self.relation.0)
                .with("table_oid", &Literal(&settled.table_oid.to_string()))
                .with("state", &self.state())
                .with("at_once", &at_once(operation)),
            Template::new(include_str!("../../sql/capture/end_passed_over.sql")),
        ]
    }

    /// How the rows of the statement are recorded that the session is in.
    fn state(&self) -> Template {
        Template::new(include_str!("../../sql/capture/state.sql").trim_end())
            .with("statement", &Literal(&name(self.relation)))
    }

    /// What of the rows of a statement is recorded, and where they are found.
    ///
    /// The server notes both rows of each update one after the other, so the same place in both tables is
    /// the same row. A plan that was made for a few rows must do for many, so it joins by no loop; nor by
    /// sorting, which the server does not know to be needless; with less memory than that it would go
    /// through files for 10,000 rows.
    fn at_end(&self, template: Template, operation: &str) -> Template {
        let row = |text: &'static str| {
            Template::new(text)
                .with("row_key", &self.key_of_row(&Template::new("r")))
                .with("row_text_at_once", &self.text_at_once())
        };
        let (op, columns, values, rows, pairing) = match operation {
            "updated" => {
                let pairs =
                    self.joined(row(include_str!("../../sql/capture/pairs.sql").trim_end()));
                let values = Template::new("p.key, p.new_key, p.old, p.new");
                let pairing = include_str!("../../sql/capture/pairing.sql");
                ("U", "key, new_key, old, new", values, pairs, pairing)
            }
            "deleted" => {
                let rows = Template::new("FROM rows_before AS r");
                ("D", "key, old", row("{row_key}, {row_text_at_once}"), rows, "")
            }
            _ => {
                let rows = Template::new("FROM rows_after AS r");
                ("I", "key, new", row("{row_key}, {row_text_at_once}"), rows, "")
            }
        };
        template
            .with("at_once", &at_once(operation))
            .with("op", &Literal(op))
            .with("columns", &Template::new(columns))
            .with("values", &values)
            .with("rows", &rows)
            .with("pairing", &Template::new(pairing))
    }
}

/// The names of the functions that record a table for each statement.
pub(crate) fn function_names(relation: RelationId) -> Result<Vec<Ident>, NameError> {
    FUNCTIONS.iter().map(|(name, _)| function_name(relation, name)).collect()
}

/// How many triggers a table has beside those for rows and for TRUNCATE.
pub(crate) fn triggers(for_each: ForEach) -> usize {
    if for_each == ForEach::Statement { FUNCTIONS.len() } else { 0 }
}

/// What the state is while all rows of an operation are recorded at once.
fn at_once(operation: &str) -> Template {
    Template::new(include_str!("../../sql/capture/at_once.sql").trim_end())
        .with("code", &code(operation))
}

/// The sequence, and setting, that tells in each session how the rows of a statement are recorded.
fn name(relation: RelationId) -> String {
    format!("recall.statement_{relation}")
}

/// By what number `recall._statement()` tells an operation from others.
fn code(operation: &str) -> i32 {
    match operation {
        "insert" | "inserted" => 1,
        "update" | "updated" => 2,
        _ => 3,
    }
}
