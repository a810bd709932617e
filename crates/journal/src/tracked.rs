use std::collections::HashMap;

use futures_util::future::try_join;
use pgrecall_model::{Ident, Key, NameError, Relation, RelationId, RelationName, Row};
use pgrecall_postgres::catalogue::{self, Column};
use pgrecall_postgres::{Ask, ServerError, Template};
use serde_json::Value;
use tokio_postgres::types::Type;

use crate::after_image::AfterImage;
use crate::capture::{Recording, trigger_name};
use crate::concerned::{Concerned, relations};
use crate::for_each::ForEach;
use crate::selectivity::{Condition, OnFailure, Role, Selectivity};
use crate::{Journal, JournalError};

/// A table that is or was tracked, with its columns of today.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackedTable {
    /// What the journal knows about it.
    pub relation: Relation,
    /// Its columns of today; empty if the table is gone.
    pub columns: Vec<Column>,
    /// The columns in which its images are recorded now.
    pub shape: Option<Shape>,
    /// Whether its rows are in partitions.
    pub partitioned: bool,
    /// Which of its changes are recorded.
    pub selectivity: Selectivity,
    /// Whether the roles in it are still the ones that its functions know.
    pub(crate) roles_are_as_written: bool,
    /// What becomes of a change that cannot be recorded.
    pub on_failure: OnFailure,
    /// What is kept of a row after an update.
    pub after_image: AfterImage,
    /// Whether it is recorded row by row, or by statement where that may be.
    pub for_each: ForEach,
    /// Whether nothing is recorded for the time being.
    pub paused: bool,
}

/// The columns that images of a table have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Its number in `recall.shape`.
    pub id: i32,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// Their types in the table; empty where only a hash is kept.
    pub types: Vec<String>,
    /// The types in which they are read.
    pub read_as: Vec<String>,
    /// Whether the table has those very columns today.
    pub is_present: bool,
}

/// The key of a record, checked against its table.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordKey {
    /// As the journal writes and indexes it.
    pub text: String,
    /// By column.
    pub values: Key,
}

impl TrackedTable {
    /// The image of a row that goes by the name `row` in a query: a JSONB expression that gives
    /// just what the triggers record.
    #[must_use]
    pub fn image_of(&self, row: &'static str) -> Template {
        if let Some(shape) = self.present_shape().filter(|shape| shape.types != shape.read_as) {
            return Template::new("recall._decode({shape}, {text})")
                .with("shape", &shape.id)
                .with("text", &self.recording().text(row));
        }
        self.recording().image(&Template::new("{row}.*").with("row", &Template::new(row)))
    }

    /// The shape in which its images are recorded, if the table has those very columns today.
    #[must_use]
    pub fn present_shape(&self) -> Option<&Shape> {
        self.shape.as_ref().filter(|shape| shape.is_present)
    }

    /// Whether images hold every column as it is.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.recording().is_complete()
    }

    /// Whether every change of a row is recorded by itself, with all columns as they are, in the columns that
    /// the table has today.
    #[must_use]
    pub fn is_recorded_whole(&self) -> bool {
        !self.paused
            && self.for_each == ForEach::Row
            && !self.partitioned
            && !self.relation.key.is_empty()
            && !self.selectivity.is_partial()
            && self.is_complete()
            && self.present_shape().is_some()
    }

    /// The name of the trigger that records `insert`, `update` or `delete`.
    ///
    /// # Errors
    /// When it would be too long for a name, which it never is.
    pub fn capture_trigger(&self, operation: &str) -> Result<Ident, NameError> {
        trigger_name(self.relation.id, operation)
    }

    /// What the journal keeps of a row after an update, made of the texts of the row before and after.
    #[must_use]
    pub fn kept_after(&self, before: &'static str, after: &'static str) -> Template {
        self.after_image.kept(before, after)
    }

    /// The table in a FROM clause: with all its partitions, without tables that inherit from it.
    #[must_use]
    pub fn from_clause(&self) -> Template {
        let text = if self.partitioned { "{table}" } else { "ONLY {table}" };
        Template::new(text).with("table", &self.relation.name)
    }

    /// The columns of its key with their types, as they stand behind the alias of a record.
    #[must_use]
    pub fn key_columns(&self) -> Template {
        let columns = self.relation.key.iter().map(|name| {
            let column = self.columns.iter().find(|column| column.name == *name);
            Template::new("{name} {type}")
                .with("name", name)
                .with_checked_sql("type", column.map_or("pg_catalog.text", |c| &c.type_name))
        });
        Template::new("{columns}").with_all("columns", columns, ", ")
    }

    /// The key of a row that goes by the name `row` in a query, as the journal writes it.
    #[must_use]
    pub fn key_of(&self, row: &'static str) -> Template {
        self.recording().key_of_row(&Template::new(row))
    }

    /// Puts the columns of an image into the order of the table; JSONB keeps an order of its own.
    #[must_use]
    pub fn ordered(&self, image: Row) -> Row {
        in_order(self.column_names(), image)
    }

    /// Its columns of today in their order; of a table that is gone, those that it had.
    pub(crate) fn column_names(&self) -> impl Iterator<Item = &str> {
        let last = self.shape.iter().filter(|_| self.relation.oid.is_none());
        let had = last.flat_map(|shape| &shape.columns).map(String::as_str);
        had.chain(self.columns.iter().map(|column| column.name.as_str()))
    }

    /// Makes sure that rows can be told apart as they were recorded.
    ///
    /// # Errors
    /// When a column of the key was renamed or dropped since.
    pub fn check_key(&self) -> Result<(), JournalError> {
        match missing(&self.columns, &self.relation.key) {
            Some(column) if self.relation.oid.is_some() => Err(JournalError::KeyGone {
                table: self.relation.name.clone(),
                column: column.to_string(),
            }),
            _ => Ok(()),
        }
    }

    /// Whether the table has such a column today.
    #[must_use]
    pub fn has_column(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name.as_str() == name)
    }

    pub(crate) fn recording(&self) -> Recording<'_> {
        Recording {
            relation: self.relation.id,
            partitioned: self.partitioned,
            key: &self.relation.key,
            excluded: &self.relation.excluded,
            hashed: &self.relation.hashed,
            columns: &self.columns,
            selectivity: &self.selectivity,
            on_failure: self.on_failure,
            after_image: self.after_image,
            for_each: self.for_each,
        }
    }
}

impl Journal {
    /// Every table that is or was tracked, by name.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn tables(&self) -> Result<Vec<TrackedTable>, JournalError> {
        Ok(all(self.database()).await?)
    }

    /// The tables with these numbers, by name.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn tables_of(
        &self,
        concerned: &[Concerned],
    ) -> Result<Vec<TrackedTable>, JournalError> {
        let relations = relations(concerned);
        let oids: Vec<u32> = concerned.iter().filter_map(|one| one.oid).collect();
        let (rows, columns) = try_join(
            self.database().rows(RELATIONS, &[&Some(relations)]),
            catalogue::columns(self.database(), &oids),
        )
        .await?;
        Ok(with_columns(&rows, columns)?)
    }

    /// Every table that goes or went by a name that a user writes, dropped ones too: a table that
    /// was made anew has a history of its own.
    ///
    /// # Errors
    /// When there is none.
    pub async fn tables_named(&self, name: &str) -> Result<Vec<TrackedTable>, JournalError> {
        let all = self.names_of_today().await?;
        let (table, _) = self.named(&all, name).await?;
        let same = all.iter().filter(|(known, _)| known == table).map(|(_, concerned)| *concerned);
        self.tables_of(&same.collect::<Vec<_>>()).await
    }

    /// The tracked table that a user names: `prizes`, `public.prizes`, `"Odd Name"`, or one of its
    /// partitions.
    ///
    /// # Errors
    /// When no such table exists, when it is not tracked, or when the name is ambiguous.
    pub async fn table(&self, name: &str) -> Result<TrackedTable, JournalError> {
        let all = self.names_of_today().await?;
        let (_, concerned) = self.named(&all, name).await?;
        let unknown = || JournalError::UnknownTable(name.to_owned());
        self.tables_of(&[*concerned]).await?.pop().ok_or_else(unknown)
    }

    /// The one of all tables that a user names.
    async fn named<'a>(
        &self,
        all: &'a [(RelationName, Concerned)],
        name: &str,
    ) -> Result<&'a (RelationName, Concerned), JournalError> {
        let unknown = || JournalError::UnknownTable(name.to_owned());
        let pattern: pgrecall_model::Pattern = name.parse().map_err(|_| unknown())?;
        let mut known: Vec<_> = all.iter().filter(|(known, _)| pattern.matches(known)).collect();
        if known.len() > 1 {
            // A dropped table yields to one that took its name.
            known.retain(|(_, concerned)| concerned.oid.is_some());
        }
        match known.as_slice() {
            [one] => return Ok(one),
            [] => {}
            several => return Err(ambiguous(name, several.iter().map(|(known, _)| known))),
        }
        let tables = catalogue::tables(self.client()).await?;
        let found: Vec<_> = tables.iter().filter(|table| pattern.matches(&table.name)).collect();
        match found.as_slice() {
            [] => Err(unknown()),
            [leaf] if leaf.partition => self.root_of(all, leaf.oid, &leaf.name).await,
            [table] => Err(JournalError::NotTracked(table.name.clone())),
            several => Err(ambiguous(name, several.iter().map(|table| &table.name))),
        }
    }

    /// The key that a user typed: `42`, `id=42`, `a=1,b=x`.
    ///
    /// # Errors
    /// When it does not fit the table's key.
    pub async fn key(&self, table: &TrackedTable, given: &str) -> Result<RecordKey, JournalError> {
        let key = Key::parse(given, &table.relation.key)
            .map_err(|source| JournalError::Key { table: table.relation.name.clone(), source })?;
        self.record_key(table, &key).await
    }

    /// A key in the form in which the journal holds it, its values in their columns' types.
    ///
    /// # Errors
    /// When a value does not fit its column.
    pub async fn record_key(
        &self,
        table: &TrackedTable,
        key: &Key,
    ) -> Result<RecordKey, JournalError> {
        table.check_key()?;
        let sql = Template::new(include_str!("../sql/read/key.sql"))
            .with("key", &table.key_of("r"))
            .with("columns", &table.key_columns());
        let values = Value::Object(key.values().clone());
        // Without a name on the server: it is another text for each table.
        let row = match self
            .client()
            .query_typed_one(&sql.sql(), &[(&values, Type::JSONB)])
            .await
            .map_err(ServerError::from)
        {
            Ok(row) => row,
            Err(error) if error.is_data_exception() => {
                return Err(JournalError::KeyValue {
                    table: table.relation.name.clone(),
                    given: key.to_string(),
                });
            }
            Err(error) => return Err(error.into()),
        };
        let image: Value = row.try_get("image")?;
        let values = image.as_object().and_then(|image| Key::of(&table.relation.key, image));
        Ok(RecordKey { text: row.try_get("text")?, values: values.unwrap_or_else(|| key.clone()) })
    }

    /// The tracked table to which a partition belongs.
    async fn root_of<'a>(
        &self,
        all: &'a [(RelationName, Concerned)],
        oid: u32,
        name: &RelationName,
    ) -> Result<&'a (RelationName, Concerned), JournalError> {
        let rows = self.client().query(include_str!("../sql/read/ancestors.sql"), &[&oid]).await?;
        let ancestors: Vec<u32> =
            rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        all.iter()
            .find(|(_, table)| table.oid.is_some_and(|oid| ancestors.contains(&oid)))
            .ok_or_else(|| JournalError::NotTracked(name.clone()))
    }
}

/// An image with the columns of its table in this order, then those that the table has no more.
pub(crate) fn in_order<'c>(columns: impl Iterator<Item = &'c str>, mut image: Row) -> Row {
    let mut row = Row::new();
    for column in columns {
        if let Some((name, value)) = image.remove_entry(column) {
            row.insert(name, value);
        }
    }
    row.extend(image);
    row
}

const RELATIONS: &str = include_str!("../sql/read/relations.sql");

/// Every table that is or was tracked, by name.
pub(crate) async fn all(server: &impl Ask) -> Result<Vec<TrackedTable>, ServerError> {
    let rows = server.rows(RELATIONS, &[&None::<Vec<i32>>]).await?;
    let oids = rows.iter().map(|row| row.try_get("oid")).collect::<Result<Vec<u32>, _>>()?;
    with_columns(&rows, catalogue::columns(server, &oids).await?)
}

/// The tables of `relations.sql`.
fn with_columns(
    rows: &[tokio_postgres::Row],
    mut columns: HashMap<u32, Vec<Column>>,
) -> Result<Vec<TrackedTable>, ServerError> {
    let mut tables = rows.iter().map(tracked_table).collect::<Result<Vec<_>, _>>()?;
    for table in &mut tables {
        let own = table.relation.oid.and_then(|oid| columns.remove(&oid));
        table.columns = own.unwrap_or_default();
    }
    Ok(tables)
}

/// A row of `relations.sql`, still without its columns.
fn tracked_table(row: &tokio_postgres::Row) -> Result<TrackedTable, ServerError> {
    let present: bool = row.try_get("present")?;
    let oid: u32 = row.try_get("oid")?;
    let relation = Relation {
        id: RelationId(row.try_get("id")?),
        name: catalogue::relation_name(row, "schema_name", "table_name")?,
        key: catalogue::idents(row, "key_columns")?,
        excluded: catalogue::idents(row, "excluded_columns")?,
        hashed: catalogue::idents(row, "hashed_columns")?,
        since: pgrecall_model::TxId(row.try_get("since_tx")?),
        since_at: row.try_get("since_at")?,
        since_change: pgrecall_model::ChangeId(row.try_get("since_change")?),
        tracked: row.try_get("tracked")?,
        oid: present.then_some(oid),
    };
    let partitioned = row.try_get("partitioned")?;
    let shape = match row.try_get("shape")? {
        Some(id) => Some(Shape {
            id,
            columns: row.try_get("shape_columns")?,
            types: row.try_get("shape_types")?,
            read_as: row.try_get("shape_read_as")?,
            is_present: row.try_get("shape_is_present")?,
        }),
        None => None,
    };
    let on_failure: &str = row.try_get("on_failure")?;
    let after_image: &str = row.try_get("after_image")?;
    let for_each: &str = row.try_get("for_each")?;
    Ok(TrackedTable {
        relation,
        columns: Vec::new(),
        shape,
        partitioned,
        selectivity: selectivity(row)?,
        roles_are_as_written: row.try_get("roles_are_as_written")?,
        on_failure: on_failure.parse().map_err(ServerError::unexpected)?,
        after_image: after_image.parse().map_err(ServerError::unexpected)?,
        for_each: for_each.parse().map_err(ServerError::unexpected)?,
        paused: row.try_get("paused")?,
    })
}

fn selectivity(row: &tokio_postgres::Row) -> Result<Selectivity, ServerError> {
    let oids: Vec<u32> = row.try_get("only_role_oids")?;
    let names: Vec<String> = row.try_get("only_role_names")?;
    let only_roles = oids.into_iter().zip(names).map(|(oid, name)| Role { oid, name }).collect();
    let condition: Option<String> = row.try_get("condition")?;
    Ok(Selectivity { only_roles, condition: condition.map(Condition::kept) })
}

fn ambiguous<'n>(given: &str, names: impl Iterator<Item = &'n RelationName>) -> JournalError {
    let candidates = names.map(ToString::to_string).collect::<Vec<_>>().join(", ");
    JournalError::AmbiguousTable { given: given.to_owned(), candidates }
}

/// The columns of a table that are named and not there.
fn missing<'n>(columns: &[Column], names: &'n [Ident]) -> Option<&'n Ident> {
    names.iter().find(|&name| columns.iter().all(|column| column.name != *name))
}
