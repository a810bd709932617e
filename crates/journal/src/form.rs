//! What tracked tables looked like, and the columns in which they were recorded.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pgrecall_model::{ChangeId, Ident, RelationId, RelationName, TxId};
use pgrecall_postgres::{Ask, ServerError, catalogue};
use serde_json::Value;
use tokio_postgres::Row;

use crate::{Journal, JournalError};

/// What a table looked like from some transaction on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its name.
    pub name: RelationName,
    /// Its columns, in their order.
    pub columns: Vec<FormColumn>,
    /// Whether it was dropped.
    pub gone: bool,
    /// From when on it is known to have looked so; none where that was not noticed yet.
    pub since: Option<Point>,
    /// Where nobody saw the alteration: the last that is known to have come before it.
    pub after: Option<Point>,
    /// Changes with this number and higher were recorded in this form; none: no change was.
    pub change: Option<ChangeId>,
    /// What rows that were there got in columns that were added, by the column's number.
    pub given: BTreeMap<i16, Option<String>>,
}

/// A column as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormColumn {
    /// Its number, which stays through renames.
    pub number: i16,
    /// Its name.
    pub name: Ident,
    /// Its type as PostgreSQL writes it, or `text` where that type is no longer there.
    pub type_name: String,
}

/// A transaction with its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The transaction.
    pub tx: TxId,
    /// The time.
    pub at: Timestamp,
}

/// The columns of images, with their numbers in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageShape {
    /// Its number in `recall.shape`.
    pub id: i32,
    /// The columns, with the empty type where only a hash is kept.
    pub columns: Vec<FormColumn>,
    /// The numbers of those of which the text is kept, to be read as the column's type.
    pub texts: Vec<i16>,
}

impl Form {
    /// The column with a number.
    #[must_use]
    pub fn column(&self, number: i16) -> Option<&FormColumn> {
        self.columns.iter().find(|column| column.number == number)
    }
}

impl ImageShape {
    /// The column with a number.
    #[must_use]
    pub fn column(&self, number: i16) -> Option<&FormColumn> {
        self.columns.iter().find(|column| column.number == number)
    }
}

impl Journal {
    /// What tracked tables looked like, the oldest form first.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn forms(
        &self,
        relations: &[RelationId],
    ) -> Result<BTreeMap<RelationId, Vec<Form>>, JournalError> {
        let mut forms: BTreeMap<RelationId, Vec<Form>> = BTreeMap::new();
        let sql = include_str!("../sql/read/forms.sql");
        for row in self.database().rows(sql, &[&numbers(relations)]).await? {
            forms.entry(RelationId(row.try_get("relation")?)).or_default().push(form(&row)?);
        }
        Ok(forms)
    }

    /// The columns of the images of tracked tables, the oldest first.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn image_shapes(
        &self,
        relations: &[RelationId],
    ) -> Result<BTreeMap<RelationId, Vec<ImageShape>>, JournalError> {
        let mut shapes: BTreeMap<RelationId, Vec<ImageShape>> = BTreeMap::new();
        let sql = include_str!("../sql/read/shapes.sql");
        for row in self.database().rows(sql, &[&numbers(relations)]).await? {
            let shape = ImageShape {
                id: row.try_get("id")?,
                columns: columns(&row, "columns")?,
                texts: row.try_get("texts")?,
            };
            shapes.entry(RelationId(row.try_get("relation")?)).or_default().push(shape);
        }
        Ok(shapes)
    }
}

fn numbers(relations: &[RelationId]) -> Vec<i32> {
    relations.iter().map(|relation| relation.0).collect()
}

fn form(row: &Row) -> Result<Form, ServerError> {
    let since = point(row, "tx", "at")?;
    let given: Value = row.try_get("given")?;
    let given = given.as_object().into_iter().flatten().filter_map(|(number, value)| {
        Some((number.parse().ok()?, value.as_str().map(str::to_owned)))
    });
    Ok(Form {
        name: catalogue::relation_name(row, "schema_name", "table_name")?,
        columns: columns(row, "names")?,
        gone: row.try_get("gone")?,
        since,
        after: point(row, "after_tx", "after_at")?,
        change: row.try_get::<_, Option<i64>>("change")?.map(ChangeId),
        given: given.collect(),
    })
}

fn point(row: &Row, tx: &str, at: &str) -> Result<Option<Point>, ServerError> {
    let (tx, at): (Option<i64>, Option<Timestamp>) = (row.try_get(tx)?, row.try_get(at)?);
    Ok(tx.zip(at).map(|(tx, at)| Point { tx: TxId(tx), at }))
}

fn columns(row: &Row, names: &str) -> Result<Vec<FormColumn>, ServerError> {
    let (numbers, types): (Vec<i16>, Vec<String>) =
        (row.try_get("numbers")?, row.try_get("types")?);
    let names = catalogue::idents(row, names)?;
    let columns = numbers.into_iter().zip(names).zip(types);
    Ok(columns.map(|((number, name), type_name)| FormColumn { number, name, type_name }).collect())
}
