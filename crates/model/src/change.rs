use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Context, Key, RelationName};

/// A row as the journal keeps it: column name to value, in the order of the table's columns.
///
/// Numbers keep every digit they were written with.
pub type Row = serde_json::Map<String, serde_json::Value>;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

number! {
    /// The number of a change; ascending per row.
    ChangeId
}
number! {
    /// The journal's own number of a transaction: ascending, never reused, also not after the
    /// journal was restored into another cluster.
    TxId
}

number! {
    /// The number of a tick: a recorded snapshot.
    TickId
}

/// What a change did to its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// The row came to be.
    Insert,
    /// The row got other values.
    Update,
    /// The row went.
    Delete,
    /// The row went with a TRUNCATE of its table.
    Truncate,
}

impl Operation {
    /// All operations, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Insert, Self::Update, Self::Delete, Self::Truncate];

    /// The word used everywhere a user sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Truncate => "truncate",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Operation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|op| op.as_str() == text)
            .ok_or_else(|| format!("`{text}` is none of insert, update, delete, truncate"))
    }
}

/// One row inserted, updated, deleted or truncated.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its number.
    pub id: ChangeId,
    /// The transaction it belongs to.
    pub tx: TxId,
    /// When the row was changed, by the server's clock.
    pub at: Timestamp,
    /// What was done.
    pub op: Operation,
    /// The table, by its name of today; the root of the tree for a partition.
    pub table: RelationName,
    /// Which row, by its values before the change (after it for an insert); none for a table
    /// without a key.
    pub key: Option<Key>,
    /// The row before.
    pub old: Option<Row>,
    /// The row after.
    pub new: Option<Row>,
    /// The columns that an update changed; empty for every other operation.
    pub changed: Vec<String>,
    /// Who and why.
    pub context: Context,
}

/// The unit that made changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Transaction {
    /// Its number in the journal.
    pub id: TxId,
    /// Its number in the server.
    pub xid: String,
    /// When it began, by the server's clock.
    pub started_at: Timestamp,
    /// When it made its first change, by the server's clock.
    pub at: Timestamp,
    /// Who and why.
    pub context: Context,
    /// The transactions that it took back, where it was an undo.
    pub undoes: Vec<TxId>,
    /// The undo that took changes of it back, where there was one.
    pub undone_by: Vec<TxId>,
}
