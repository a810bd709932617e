//! A difference as a script of plain SQL, which needs neither this program nor a journal to be run.

use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{Action, Ident, Row, Step};
use pgrecall_postgres::catalogue::{self, Column};
use pgrecall_postgres::{Literal, ServerError, Template};
use pgrecall_timetravel::{DiffKind, RowDiff};
use serde_json::{Value, json};

use crate::{Ordered, Prepared, UndoError, order};

/// The types whose values are written as they are; their names may go on, as `numeric(10,2)` does.
const PLAIN_TYPES: [&str; 18] = [
    "bigint",
    "bit",
    "boolean",
    "bytea",
    "character",
    "cidr",
    "date",
    "double precision",
    "inet",
    "integer",
    "interval",
    "name",
    "numeric",
    "real",
    "smallint",
    "text",
    "time",
    "uuid",
];

/// Statements that make one state of tables into another, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// A statement a row, in an order that satisfies foreign keys and unique keys.
    pub statements: Vec<String>,
    /// Whether no order satisfies them all, so that some must be deferred.
    pub defers: bool,
}

impl Script {
    /// The whole script, as one transaction.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        let begin = include_str!("../sql/script/begin.sql").lines();
        begin.chain(self.statements.iter().map(String::as_str)).chain(["COMMIT;"])
    }
}

/// Writes a script for rows of tables that exist. Columns of which the journal has no value are
/// left out.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn script(
    journal: &Journal,
    rows: Vec<RowDiff>,
    tables: &[TrackedTable],
) -> Result<Script, UndoError> {
    let table_of = |row: &RowDiff| tables.iter().find(|table| table.relation.name == row.table);
    let steps: Vec<Step> =
        rows.into_iter().filter_map(|row| Some(step(table_of(&row)?, row))).collect();
    let oids: Vec<u32> = tables.iter().filter_map(|table| table.relation.oid).collect();
    let foreign_keys = catalogue::foreign_keys(journal.client(), &oids).await?;
    let unique_keys = catalogue::unique_keys(journal.client(), &oids).await?;
    let of = |step: &Step| tables.iter().find(|table| table.relation.id == step.relation);
    let Ordered { steps, cycles, .. } = order(steps, &foreign_keys, &unique_keys);
    let statements = steps.iter().filter_map(|step| Some(statement(of(step)?, step).sql()));
    Ok(Script { statements: statements.collect(), defers: !cycles.is_empty() })
}

fn step(table: &TrackedTable, row: RowDiff) -> Step {
    let sets = |name: &String| settable(table).any(|column| column.name.as_str() == name);
    Step {
        table: row.table,
        relation: table.relation.id,
        key: row.key,
        action: match row.kind {
            DiffKind::Added => Action::Insert,
            DiffKind::Removed => Action::Delete,
            DiffKind::Changed => Action::Update,
        },
        expected: row.before,
        target: row.after,
        columns: row.changed.into_iter().filter(sets).collect(),
        changes: Vec::new(),
    }
}

fn statement(table: &TrackedTable, step: &Step) -> Template {
    let text = match (step.action, table.relation.key.is_empty()) {
        (Action::Insert, _) => return insert(table, step),
        (Action::Update, _) => include_str!("../sql/script/update.sql"),
        (Action::Delete, true) => include_str!("../sql/script/delete_bag.sql"),
        (Action::Delete, false) => include_str!("../sql/script/delete.sql"),
    };
    let expected = expected(step);
    filled(text, table, step).with_all("found", found(table, &expected), " AND ").with_all(
        "same",
        same(table, &expected),
        " AND ",
    )
}

fn insert(table: &TrackedTable, step: &Step) -> Template {
    let nothing = set(table, step).next().is_none();
    let text = if nothing {
        include_str!("../sql/script/insert_default.sql")
    } else {
        include_str!("../sql/script/insert.sql")
    };
    filled(text, table, step)
}

/// A statement but for its condition.
fn filled(text: &'static str, table: &TrackedTable, step: &Step) -> Template {
    let empty = Row::new();
    let target = step.target.as_ref().unwrap_or(&empty);
    let assignments = set(table, step).map(|column| {
        Template::new("{column} = {value}")
            .with("column", &column.name)
            .with("value", &literal(table, column, target))
    });
    Template::new(text)
        .with("table", &table.relation.name)
        .with("live_table", &table.from_clause())
        .with_all("columns", set(table, step).map(|column| column.name.clone()), ", ")
        .with_all("values", set(table, step).map(|column| literal(table, column, target)), ", ")
        .with_all("assignments", assignments, ", ")
}

fn expected(step: &Step) -> Row {
    step.expected.clone().unwrap_or_default()
}

/// The columns that a step sets.
fn set<'t>(table: &'t TrackedTable, step: &'t Step) -> impl Iterator<Item = &'t Column> {
    let known = |column: &&Column| {
        step.target.as_ref().is_some_and(|target| target.contains_key(column.name.as_str()))
    };
    let meant = |column: &&Column| {
        step.action == Action::Insert
            || step.columns.iter().any(|name| name == column.name.as_str())
    };
    settable(table).filter(known).filter(meant)
}

/// A plan as plain SQL, for those who must run it themselves.
impl Prepared {
    /// What comes before the steps.
    #[must_use]
    pub fn script_begin(&self, reason: Option<&str>) -> String {
        let context = json!({ "reason": reason.unwrap_or("undo") }).to_string();
        let expect = Template::new(include_str!("../sql/script/expect.sql"))
            .with("context", &Literal(&context))
            .sql();
        let head = include_str!("../sql/script/begin_checked.sql");
        let begin = include_str!("../sql/script/begin.sql").trim_end();
        format!("{head}{begin}\n{}", expect.trim_end())
    }

    /// What comes after the steps.
    ///
    /// # Errors
    /// When another plan was made on the connection since, or when the server refuses.
    pub async fn script_end(&self, journal: &Journal) -> Result<String, UndoError> {
        let sql = Template::new(include_str!("../sql/script/stretches.sql"))
            .with("stretches", &Template::new(include_str!("../sql/stretches.sql")))
            .sql();
        let row = journal.client().query_one(&sql, &[]).await?;
        let reverses: Vec<String> = self.plan.reverses.iter().map(ToString::to_string).collect();
        let selection =
            serde_json::to_string(&self.plan.selection).map_err(ServerError::unexpected)?;
        let end = Template::new(include_str!("../sql/script/record.sql"))
            .with("reverses", &Literal(&format!("{{{}}}", reverses.join(","))))
            .with("changes", &Literal(row.try_get("changes")?))
            .with("hash", &Literal(&self.plan.hash.to_string()))
            .with("selection", &Literal(&selection));
        Ok(end.sql().trim_end().to_owned())
    }

    /// One step: a statement that stops the script where the row is not as expected.
    #[must_use]
    pub fn script_of(&self, step: &Step) -> Option<String> {
        let table = self.tables.get(&step.relation)?;
        let deed = match step.action {
            Action::Insert => insert(table, step),
            Action::Update => {
                self.on_row(include_str!("../sql/script/checked_update.sql"), table, step)
            }
            Action::Delete => {
                self.on_row(include_str!("../sql/script/checked_delete.sql"), table, step)
            }
        };
        let key = step.key.as_ref().map_or_else(|| "a row".to_owned(), ToString::to_string);
        let which = format!("{} {key}", table.relation.name);
        let checked = Template::new(include_str!("../sql/script/checked.sql"))
            .with_checked_sql("deed", deed.sql().trim_end_matches(';'))
            .with("which", &Literal(&which));
        Some(checked.sql().trim_end().to_owned())
    }

    /// Whether no order of the steps satisfies every constraint, so that some must be deferrable.
    #[must_use]
    pub fn defers(&self) -> bool {
        self.is_cyclic
    }

    fn on_row(&self, text: &'static str, table: &TrackedTable, step: &Step) -> Template {
        let mut expected = expected(step);
        let row = if table.relation.key.is_empty() {
            Template::new(include_str!("../sql/script/one_of_bag.sql"))
                .with("live_table", &table.from_clause())
                .with_all("same", same(table, &expected), " AND ")
        } else {
            let mut conditions = found(table, &expected);
            if self.is_moved(step) {
                expected.clear();
            } else if let Some(columns) = &self.columns {
                expected.retain(|name, _| columns.contains(name));
            }
            conditions.extend(same(table, &expected));
            Template::new("{conditions}").with_all("conditions", conditions, " AND ")
        };
        filled(text, table, step).with("row", &row)
    }

    /// Whether the server may have changed the row by itself by the time of its step, as foreign keys
    /// do; then only its key can be told.
    fn is_moved(&self, step: &Step) -> bool {
        self.batches.iter().any(|batch| {
            batch.moved > 0 && batch.relation == step.relation && batch.action == step.action
        })
    }
}

/// The columns that can be set, and of which the journal has the value.
fn settable(table: &TrackedTable) -> impl Iterator<Item = &Column> {
    let recorded = |column: &&Column| table.relation.records(column.name.as_str());
    table.columns.iter().filter(|column| !column.generated).filter(recorded)
}

/// The conditions that find a row by its key.
fn found(table: &TrackedTable, row: &Row) -> Vec<Template> {
    let key = |name: &&Ident| table.columns.iter().find(|column| column.name == **name);
    let condition = |column: &Column| {
        Template::new("{column} = {value}")
            .with("column", &column.name)
            .with("value", &literal(table, column, row))
    };
    table.relation.key.iter().filter_map(|name| key(&name)).map(condition).collect()
}

/// The conditions that find a row by all its values. They are compared as texts: not every type has
/// an equality, and some values are equal without being the same.
fn same(table: &TrackedTable, row: &Row) -> Vec<Template> {
    let known = |column: &&Column| {
        table.relation.records(column.name.as_str()) && row.contains_key(column.name.as_str())
    };
    let condition = |column: &Column| {
        // The journal has documents without their white space.
        let text = match column.type_name.as_str() {
            "json" => "r.{column}::jsonb::text IS NOT DISTINCT FROM {value}::jsonb::text",
            _ => "r.{column}::text IS NOT DISTINCT FROM {value}::{type}::text",
        };
        Template::new(text)
            .with("column", &column.name)
            .with("value", &literal(table, column, row))
            .with_checked_sql("type", &column.type_name)
    };
    let conditions: Vec<Template> = table.columns.iter().filter(known).map(condition).collect();
    if conditions.is_empty() { vec![Template::new("true")] } else { conditions }
}

/// A value of a row as an expression of its column's type.
fn literal(table: &TrackedTable, column: &Column, row: &Row) -> Template {
    let value = row.get(column.name.as_str()).unwrap_or(&Value::Null);
    let quoted = |text: &str| Template::new("{text}").with("text", &Literal(text));
    match value {
        Value::Null => Template::new("NULL"),
        _ if ["json", "jsonb"].contains(&column.type_name.as_str()) => quoted(&value.to_string()),
        Value::String(text) if is_plain(&column.type_name) => quoted(text),
        Value::Number(_) | Value::Bool(_) if is_plain(&column.type_name) => {
            quoted(&value.to_string())
        }
        // The server makes arrays and everything else of what it has made JSON of.
        _ => {
            let only: Row =
                [(column.name.as_str().to_owned(), value.clone())].into_iter().collect();
            Template::new("(pg_catalog.jsonb_populate_record(NULL::{table}, {json})).{column}")
                .with("table", &table.relation.name)
                .with("json", &Literal(&Value::Object(only).to_string()))
                .with("column", &column.name)
        }
    }
}

fn is_plain(type_name: &str) -> bool {
    !type_name.ends_with(']') && PLAIN_TYPES.iter().any(|plain| type_name.starts_with(plain))
}
