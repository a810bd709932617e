//! A small database in memory: rows, unique keys, foreign keys with their actions, checked as
//! PostgreSQL checks them when nothing is deferred.

use std::collections::{BTreeMap, VecDeque};

use pgrecall_model::{ForeignKey, ForeignKeyAction, Relation, RelationName, Row, UniqueKey};
use serde_json::Value;

use crate::net::image;

/// What a database is made of.
#[derive(Debug, Clone)]
pub(super) struct Schema {
    pub(super) tables: Vec<Relation>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    pub(super) unique_keys: Vec<UniqueKey>,
}

/// One row written: what was there, what is there now.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Write {
    pub(super) table: RelationName,
    pub(super) old: Option<Row>,
    pub(super) new: Option<Row>,
}

/// Why a statement was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Violation {
    Unique(String),
    ForeignKey(String),
    NotNull,
    NoSuchRow,
}

#[derive(Debug, Clone)]
pub(super) struct Database<'s> {
    schema: &'s Schema,
    tables: BTreeMap<RelationName, Vec<Row>>,
}

impl<'s> Database<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        Self { schema, tables: BTreeMap::new() }
    }

    pub(super) fn schema(&self) -> &'s Schema {
        self.schema
    }

    pub(super) fn rows(&self, table: &RelationName) -> &[Row] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    /// All rows as texts, in no order of their own.
    pub(super) fn contents(&self) -> Vec<String> {
        let rows = self.tables.iter().flat_map(|(table, rows)| {
            rows.iter().map(move |row| format!("{table} {}", image::whole(row)))
        });
        let mut contents: Vec<_> = rows.collect();
        contents.sort();
        contents
    }

    /// Runs one statement that writes these rows, one after the other, and everything that
    /// follows from it. Gives what was written, or leaves all as it was.
    pub(super) fn execute(&mut self, writes: Vec<Write>) -> Result<Vec<Write>, Violation> {
        let before = self.tables.clone();
        let result = self.execute_or_break(writes);
        if result.is_err() {
            self.tables = before;
        }
        result
    }

    /// Writes without looking at any constraint.
    pub(super) fn force(&mut self, write: &Write) -> Result<(), Violation> {
        let rows = self.tables.entry(write.table.clone()).or_default();
        if let Some(old) = &write.old {
            let at = rows.iter().position(|row| row == old).ok_or(Violation::NoSuchRow)?;
            rows.remove(at);
        }
        rows.extend(write.new.clone());
        Ok(())
    }

    fn execute_or_break(&mut self, writes: Vec<Write>) -> Result<Vec<Write>, Violation> {
        let mut written = Vec::new();
        let mut events = VecDeque::new();
        for write in writes {
            self.write(&write)?;
            events.push_back(written.len());
            written.push(write);
        }
        // Actions of foreign keys run after the statement's own rows, in their order; each sees
        // what those before it did.
        while let Some(event) = events.pop_front() {
            let event: Write = written[event].clone();
            for key in self.schema.foreign_keys.iter().filter(|key| key.parent == event.table) {
                for write in self.consequences(key, &event) {
                    self.write(&write)?;
                    events.push_back(written.len());
                    written.push(write);
                }
            }
        }
        self.check_references()?;
        Ok(written)
    }

    fn write(&mut self, write: &Write) -> Result<(), Violation> {
        self.force(write)?;
        let Some(new) = &write.new else { return Ok(()) };
        let relation = self.schema.tables.iter().find(|known| known.name == write.table).unwrap();
        if !relation.key.is_empty() && image::values(new, &relation.key).is_none() {
            return Err(Violation::NotNull);
        }
        for unique in self.schema.unique_keys.iter().filter(|key| key.table == write.table) {
            let value = image::values(new, &unique.columns);
            let same = |row: &&Row| image::values(row, &unique.columns) == value;
            if value.is_some() && self.rows(&write.table).iter().filter(same).count() > 1 {
                return Err(Violation::Unique(format!("{} {:?}", unique.table, unique.columns)));
            }
        }
        Ok(())
    }

    fn consequences(&self, key: &ForeignKey, write: &Write) -> Vec<Write> {
        let (old, new) = (write.old.as_ref(), write.new.as_ref());
        let value = |row: Option<&Row>| image::values(row?, &key.parent_columns);
        let action = if new.is_some() { key.on_update } else { key.on_delete };
        let Some(given_up) = value(old).filter(|old| value(new).as_ref() != Some(old)) else {
            return Vec::new();
        };
        if action == ForeignKeyAction::Refuse {
            return Vec::new();
        }
        let children = self.rows(&key.child).iter();
        let refers =
            |row: &&Row| image::values(row, &key.child_columns).as_ref() == Some(&given_up);
        let follow = |child: &Row| match (action, new) {
            (ForeignKeyAction::Cascade, None) => None,
            (ForeignKeyAction::Cascade, Some(parent)) => Some(carried(child, key, parent)),
            _ => Some(carried(child, key, &Row::new())),
        };
        children
            .filter(refers)
            .map(|child| Write {
                table: key.child.clone(),
                old: Some(child.clone()),
                new: follow(child),
            })
            .collect()
    }

    fn check_references(&self) -> Result<(), Violation> {
        for key in &self.schema.foreign_keys {
            let parents: Vec<_> = self
                .rows(&key.parent)
                .iter()
                .map(|row| image::values(row, &key.parent_columns))
                .collect();
            for child in self.rows(&key.child) {
                let value = image::values(child, &key.child_columns);
                if value.is_some() && !parents.contains(&value) {
                    return Err(Violation::ForeignKey(key.name.to_string()));
                }
            }
        }
        Ok(())
    }
}

/// The referencing row with the values of the referenced one; with nulls where it has none.
fn carried(child: &Row, key: &ForeignKey, parent: &Row) -> Row {
    let mut row = child.clone();
    for (column, referenced) in key.child_columns.iter().zip(&key.parent_columns) {
        let value = parent.get(referenced.as_str()).cloned().unwrap_or(Value::Null);
        row.insert(column.as_str().to_owned(), value);
    }
    row
}
