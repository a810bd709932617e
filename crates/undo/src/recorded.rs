//! Changes as they were recorded: rows as texts by column, so that no value is lost.

use std::collections::{BTreeMap, HashMap};

use futures_util::{TryStreamExt, pin_mut};
use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{Change, ChangeId, Context, Ident, Key, Operation, RelationId, Row, TxId};
use pgrecall_postgres::{ServerError, Template};
use serde_json::Value;

use crate::{UndoError, row_text};

/// What is needed to read changes; good until tables are tracked anew.
#[derive(Debug)]
pub(crate) struct Recorded {
    tables: HashMap<RelationId, TrackedTable>,
    shapes: HashMap<i32, Vec<String>>,
}

/// An image as it comes.
enum Image {
    None,
    Row(Row),
    /// Of a table that had been altered. Its values are yet to become texts.
    Json(Row),
}

impl Recorded {
    pub(crate) async fn open(journal: &Journal) -> Result<Self, UndoError> {
        let tables = journal.tables().await?.into_iter().map(|table| (table.relation.id, table));
        let rows = journal.client().query(include_str!("../sql/shapes.sql"), &[]).await?;
        let shapes = rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("columns")?)));
        let shapes = shapes.collect::<Result<_, ServerError>>()?;
        Ok(Self { tables: tables.collect(), shapes })
    }

    pub(crate) fn table(&self, id: RelationId) -> Option<&TrackedTable> {
        self.tables.get(&id)
    }

    pub(crate) fn tables(&self) -> impl Iterator<Item = &TrackedTable> {
        self.tables.values()
    }

    /// The chosen changes, in the order in which they were recorded.
    pub(crate) async fn read(
        &self,
        journal: &Journal,
        chosen: &Template,
    ) -> Result<Vec<Change>, UndoError> {
        let sql = Template::new(include_str!("../sql/changes.sql")).with("chosen", chosen).sql();
        let none: [&str; 0] = [];
        let rows = journal.client().query_raw(&sql, none).await?;
        pin_mut!(rows);
        let mut changes = Vec::new();
        let mut json: BTreeMap<RelationId, Vec<(usize, Row)>> = BTreeMap::new();
        while let Some(row) = rows.try_next().await? {
            let relation = RelationId(row.try_get("relation")?);
            let shape: Option<i32> = row.try_get("shape")?;
            let mut images = [None, None];
            for (at, column) in ["old", "new"].into_iter().enumerate() {
                match self.image(shape, row.try_get(column)?)? {
                    Image::None => {}
                    Image::Row(row) => images[at] = Some(row),
                    Image::Json(row) => {
                        json.entry(relation).or_default().push((2 * changes.len() + at, row));
                    }
                }
            }
            changes.push(self.change(relation, &row, images)?);
        }
        for (relation, images) in json {
            self.settle(journal, relation, images, &mut changes).await?;
        }
        Ok(changes)
    }

    fn change(
        &self,
        relation: RelationId,
        row: &tokio_postgres::Row,
        [old, new]: [Option<Row>; 2],
    ) -> Result<Change, UndoError> {
        let table = self.known(relation)?;
        let op = match row.try_get("op")? {
            "I" => Operation::Insert,
            "U" => Operation::Update,
            "D" => Operation::Delete,
            _ => Operation::Truncate,
        };
        let (old, new) =
            (old.map(|image| table.ordered(image)), new.map(|image| table.ordered(image)));
        Ok(Change {
            id: ChangeId(row.try_get("id")?),
            tx: TxId(row.try_get("tx")?),
            at: row.try_get("at")?,
            op,
            table: table.relation.name.clone(),
            key: old.as_ref().or(new.as_ref()).and_then(|row| Key::of(&table.relation.key, row)),
            old,
            new,
            changed: Vec::new(),
            context: Context::default(),
        })
    }

    /// Images that are JSON: their values go through the types that the columns have now.
    async fn settle(
        &self,
        journal: &Journal,
        relation: RelationId,
        images: Vec<(usize, Row)>,
        changes: &mut [Change],
    ) -> Result<(), UndoError> {
        let table = self.known(relation)?;
        let (places, images): (Vec<usize>, Vec<Row>) = images.into_iter().unzip();
        let rows = if table.relation.oid.is_some() {
            as_texts(journal, table, images).await?
        } else {
            images
        };
        for (place, row) in places.into_iter().zip(rows) {
            let change = &mut changes[place / 2];
            if change.key.is_none() || place % 2 == 0 {
                change.key = Key::of(&table.relation.key, &row);
            }
            let image = if place % 2 == 0 { &mut change.old } else { &mut change.new };
            *image = Some(row);
        }
        Ok(())
    }

    fn known(&self, relation: RelationId) -> Result<&TrackedTable, ServerError> {
        self.table(relation).ok_or_else(|| {
            ServerError::unexpected(format!("the journal refers to an unknown table {relation}"))
        })
    }

    fn image(&self, shape: Option<i32>, text: Option<&str>) -> Result<Image, ServerError> {
        let Some(text) = text else { return Ok(Image::None) };
        let malformed = || ServerError::unexpected("the journal holds an image that is no row");
        let Some(shape) = shape else {
            return match serde_json::from_str(text).map_err(ServerError::unexpected)? {
                Value::Object(json) => Ok(Image::Json(json)),
                _ => Err(malformed()),
            };
        };
        let columns = self.shapes.get(&shape).ok_or_else(malformed)?;
        named(columns.iter().map(String::as_str), text).map(Image::Row).ok_or_else(malformed)
    }
}

/// The text of a row with its columns' names.
pub(crate) fn named<'c>(columns: impl Iterator<Item = &'c str>, text: &str) -> Option<Row> {
    let values = row_text::parse(text)?;
    let names: Vec<&str> = columns.collect();
    // A row of no column and one of a single null look alike.
    let is_empty = names.is_empty() && values.iter().all(Option::is_none);
    if is_empty {
        return Some(Row::new());
    }
    (names.len() == values.len()).then(|| {
        let values = values.into_iter().map(Value::from);
        names.into_iter().map(str::to_owned).zip(values).collect()
    })
}

async fn as_texts(
    journal: &Journal,
    table: &TrackedTable,
    images: Vec<Row>,
) -> Result<Vec<Row>, UndoError> {
    let is_value = |name: &str| table.has_column(name) && !is_hashed(&table.relation.hashed, name);
    let parts: Vec<(Row, Row)> = images
        .into_iter()
        .map(|image| image.into_iter().partition(|(name, _)| is_value(name)))
        .collect();
    let sql = Template::new(include_str!("../sql/row_texts.sql"))
        .with("table", &table.relation.name)
        .sql();
    let list = Value::Array(parts.iter().map(|(known, _)| Value::Object(known.clone())).collect());
    let texts = journal.client().query(&sql, &[&list]).await?;
    let columns = || table.columns.iter().map(|column| column.name.as_str());
    let mut rows = Vec::with_capacity(parts.len());
    for ((known, others), text) in parts.into_iter().zip(&texts) {
        let mut row = named(columns(), text.try_get("row")?)
            .ok_or_else(|| ServerError::unexpected("the server gives a row of other columns"))?;
        row.retain(|name, _| known.contains_key(name));
        row.extend(others);
        rows.push(table.ordered(row));
    }
    Ok(rows)
}

pub(crate) fn is_hashed(hashed: &[Ident], name: &str) -> bool {
    hashed.iter().any(|column| column.as_str() == name)
}

/// A key as the log shows it: numbers as numbers.
pub(crate) fn shown(table: &TrackedTable, key: &Key) -> Key {
    let mut row = key.values().clone();
    for (name, value) in &mut row {
        let column = table.columns.iter().find(|column| column.name.as_str() == name);
        let Some(column) = column else { continue };
        let Some(text) = value.as_str() else { continue };
        let typed = match column.type_name.as_str() {
            "smallint" | "integer" | "bigint" | "oid" | "numeric" | "real" | "double precision" => {
                serde_json::from_str(text).ok()
            }
            "boolean" => Some(Value::from(text == "t")),
            _ => None,
        };
        if let Some(typed) = typed {
            *value = typed;
        }
    }
    Key::of(&table.relation.key, &row).unwrap_or_else(|| key.clone())
}
