use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Ident, RelationName, TxId};

/// The journal's number of a tracked table, which stays through renames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RelationId(pub i32);

impl fmt::Display for RelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A table that is or was tracked.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// Its number in the journal.
    pub id: RelationId,
    /// Its name of today, or its last one if it was dropped.
    pub name: RelationName,
    /// The columns that identify a row; empty if nothing does.
    pub key: Vec<Ident>,
    /// Columns that are left out of the journal.
    pub excluded: Vec<Ident>,
    /// Columns of which the journal keeps a hash only.
    pub hashed: Vec<Ident>,
    /// The journal is complete for it from the end of this transaction on.
    pub since: TxId,
    /// The same as a time.
    pub since_at: jiff::Timestamp,
    /// Changes with this number and higher are under its present key.
    pub since_change: crate::ChangeId,
    /// Whether changes are being recorded now.
    pub tracked: bool,
    /// The table's object number, while it exists.
    pub oid: Option<u32>,
}

impl Relation {
    /// Whether a change of the column can be seen in the journal with its value.
    #[must_use]
    pub fn records(&self, column: &str) -> bool {
        !self.excluded.iter().chain(&self.hashed).any(|name| name.as_str() == column)
    }
}

/// What the server does to referencing rows when the referenced one changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForeignKeyAction {
    /// Refuses (also RESTRICT).
    Refuse,
    /// Does the same to the referencing rows.
    Cascade,
    /// Sets the referencing columns to null or to their default.
    Clear,
}

/// A foreign key between two tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The constraint's name.
    pub name: Ident,
    /// The referencing table.
    pub child: RelationName,
    /// Its columns.
    pub child_columns: Vec<Ident>,
    /// The referenced table.
    pub parent: RelationName,
    /// Its columns, in the order of `child_columns`.
    pub parent_columns: Vec<Ident>,
    /// On DELETE of the referenced row.
    pub on_delete: ForeignKeyAction,
    /// On UPDATE of the referenced columns.
    pub on_update: ForeignKeyAction,
}

/// A set of columns whose values occur only once in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueKey {
    /// The table.
    pub table: RelationName,
    /// The columns.
    pub columns: Vec<Ident>,
}
