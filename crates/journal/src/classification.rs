//! What kind of data tables and columns hold, in words of the user's.
//!
//! It is kept by the numbers of tables and columns, so it stays through renames, and nothing that only
//! has the same name inherits it.

use std::collections::BTreeSet;

use pgrecall_model::{Class, Ident, RelationId, RelationName};
use pgrecall_postgres::{ServerError, catalogue};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_postgres::{Row, Transaction};

use crate::{Journal, JournalError, TrackedTable};

/// The number under which a table as a whole is classified, as in `pg_description`.
const WHOLE_TABLE: i16 = 0;

/// The classes of all tables that are or were tracked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Classification {
    tables: Vec<ClassifiedTable>,
}

/// A table with its classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassifiedTable {
    /// The table.
    pub relation: RelationId,
    /// Its name of today, or the one that it had last.
    pub name: RelationName,
    /// Whether it still exists.
    pub present: bool,
    /// The classes of the table as a whole.
    pub classes: BTreeSet<Class>,
    /// The columns that have classes, in their order.
    pub columns: Vec<ClassifiedColumn>,
}

/// A column with its classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassifiedColumn {
    /// Its name.
    pub name: Ident,
    /// Its classes.
    pub classes: BTreeSet<Class>,
}

/// How much of a table is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Rows come or go, or nobody knows what of them changes.
    Whole,
    /// These columns of rows that stay.
    Columns(BTreeSet<Ident>),
}

/// What becomes of classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reclassify {
    /// These are given.
    Add(BTreeSet<Class>),
    /// These are taken off.
    Remove(BTreeSet<Class>),
    /// All are taken off.
    Clear,
}

impl Classification {
    /// All tables that are or were tracked, by name, also those without classes.
    #[must_use]
    pub fn tables(&self) -> &[ClassifiedTable] {
        &self.tables
    }

    /// A table with its classes.
    #[must_use]
    pub fn table(&self, relation: RelationId) -> Option<&ClassifiedTable> {
        self.tables.iter().find(|table| table.relation == relation)
    }

    /// The classes of what is changed of a table that goes by this name, or went by it where none does
    /// now; none if the journal knows no such table, and so nobody knows the classes.
    #[must_use]
    pub fn touched(&self, name: &RelationName, extent: &Extent) -> Option<BTreeSet<Class>> {
        let named = || self.tables.iter().filter(|table| table.name == *name);
        let present = named().find(|table| table.present);
        let meant: Vec<_> = present.map_or_else(|| named().collect(), |table| vec![table]);
        let touched = meant.iter().flat_map(|table| table.touched(extent)).cloned().collect();
        (!meant.is_empty()).then_some(touched)
    }
}

impl ClassifiedTable {
    /// The classes of a column.
    #[must_use]
    pub fn of_column(&self, name: &Ident) -> Option<&BTreeSet<Class>> {
        self.columns.iter().find(|column| column.name == *name).map(|column| &column.classes)
    }

    /// The classes of what is changed of it. The table's own always count.
    pub fn touched(&self, extent: &Extent) -> impl Iterator<Item = &Class> {
        let concerned = |column: &&ClassifiedColumn| match extent {
            Extent::Whole => true,
            Extent::Columns(names) => names.contains(&column.name),
        };
        let columns: Vec<_> = self.columns.iter().filter(concerned).collect();
        self.classes.iter().chain(columns.into_iter().flat_map(|column| &column.classes))
    }
}

impl Journal {
    /// The classes of all tables and their columns.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn classification(&self) -> Result<Classification, JournalError> {
        let mut tables: Vec<ClassifiedTable> = Vec::new();
        for row in &self.client().query(include_str!("../sql/classification/read.sql"), &[]).await?
        {
            let relation = RelationId(row.try_get("id")?);
            if tables.last().is_none_or(|table| table.relation != relation) {
                tables.push(ClassifiedTable {
                    relation,
                    name: catalogue::relation_name(row, "schema_name", "table_name")?,
                    present: row.try_get("present")?,
                    classes: BTreeSet::new(),
                    columns: Vec::new(),
                });
            }
            if let Some(table) = tables.last_mut() {
                take_in(table, row)?;
            }
        }
        Ok(Classification { tables })
    }

    /// Gives classes to columns of a table, or takes them off; without columns, to the table as a
    /// whole. Gives whether anything was changed.
    ///
    /// No lock on the table is needed: a column that is renamed meanwhile keeps its number.
    ///
    /// # Errors
    /// When the table has no such column, or when the connected user may not do it.
    pub async fn classify(
        &mut self,
        table: &TrackedTable,
        columns: &[Ident],
        change: &Reclassify,
    ) -> Result<bool, JournalError> {
        let relation = table.relation.id.0;
        let context = json!({ "actor": self.actor(), "reason": reason(&table.relation.name, columns, change) });
        let transaction = self.begin().await?;
        let numbers = numbers(&transaction, table, columns).await?;
        transaction.execute(include_str!("../sql/track/set_context.sql"), &[&context]).await?;
        let begun = transaction.query_one(include_str!("../sql/track/begin.sql"), &[]).await?;
        let tx: i64 = begun.try_get("tx")?;
        let changed = match change {
            Reclassify::Add(classes) => {
                let add = include_str!("../sql/classification/add.sql");
                transaction.execute(add, &[&relation, &numbers, &texts(classes), &tx]).await?
            }
            Reclassify::Remove(classes) => {
                let remove = include_str!("../sql/classification/remove.sql");
                transaction.execute(remove, &[&relation, &numbers, &Some(texts(classes))]).await?
            }
            Reclassify::Clear => {
                let remove = include_str!("../sql/classification/remove.sql");
                let all: Option<Vec<&str>> = None;
                transaction.execute(remove, &[&relation, &numbers, &all]).await?
            }
        };
        if changed > 0 {
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        Ok(changed > 0)
    }
}

fn take_in(table: &mut ClassifiedTable, row: &Row) -> Result<(), ServerError> {
    let classes: Vec<String> = row.try_get("classes")?;
    let classes = classes.iter().map(|class| class.parse::<Class>());
    let classes = classes.collect::<Result<BTreeSet<_>, _>>().map_err(ServerError::unexpected)?;
    let number: Option<i16> = row.try_get("column_number")?;
    let name: Option<String> = row.try_get("column_name")?;
    match (number, name) {
        (Some(WHOLE_TABLE), _) => table.classes = classes,
        (Some(_), Some(name)) => {
            let name = Ident::new(name).map_err(ServerError::unexpected)?;
            table.columns.push(ClassifiedColumn { name, classes });
        }
        _ => {}
    }
    Ok(())
}

/// The numbers of columns.
async fn numbers(
    transaction: &Transaction<'_>,
    table: &TrackedTable,
    columns: &[Ident],
) -> Result<Vec<i16>, JournalError> {
    if columns.is_empty() {
        return Ok(vec![WHOLE_TABLE]);
    }
    let relation = &table.relation;
    let sql = include_str!("../sql/classification/columns.sql");
    let mut known = Vec::new();
    for row in &transaction.query(sql, &[&relation.id.0]).await? {
        known.push((catalogue::ident(row, "name")?, row.try_get::<_, i16>("number")?));
    }
    let number = |column: &Ident| {
        let found = known.iter().find(|(name, _)| name == column).map(|(_, number)| *number);
        found.ok_or_else(|| JournalError::NoSuchColumn {
            table: relation.name.clone(),
            column: column.to_string(),
        })
    };
    columns.iter().map(number).collect()
}

/// What is done, for the journal.
fn reason(table: &RelationName, columns: &[Ident], change: &Reclassify) -> String {
    let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
    let what = if columns.is_empty() {
        table.to_string()
    } else {
        format!("{table} ({})", columns.join(", "))
    };
    match change {
        Reclassify::Add(classes) => format!("classify {what} as {}", texts(classes).join(", ")),
        Reclassify::Remove(classes) => {
            format!("classify {what} no longer as {}", texts(classes).join(", "))
        }
        Reclassify::Clear => format!("take all classes off {what}"),
    }
}

fn texts(classes: &BTreeSet<Class>) -> Vec<&str> {
    classes.iter().map(Class::as_str).collect()
}

/// Finds the classified columns of a table again that a dump brought back under another number.
pub(crate) async fn follow(
    transaction: &Transaction<'_>,
    relation: RelationId,
    oid: u32,
) -> Result<(), ServerError> {
    let sql = include_str!("../sql/classification/restored.sql");
    let (mut numbers, mut classes, mut since) = (Vec::new(), Vec::new(), Vec::new());
    for row in &transaction.query(sql, &[&relation.0, &oid]).await? {
        if let Some(number) = row.try_get::<_, Option<i16>>("number")? {
            numbers.push(number);
            classes.push(row.try_get::<_, String>("class")?);
            since.push(row.try_get::<_, i64>("since_tx")?);
        }
    }
    let forget = include_str!("../sql/classification/forget.sql");
    transaction.execute(forget, &[&relation.0]).await?;
    let put_back = include_str!("../sql/classification/put_back.sql");
    transaction.execute(put_back, &[&relation.0, &numbers, &classes, &since]).await?;
    Ok(())
}
