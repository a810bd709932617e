use serde::{Deserialize, Serialize};

use crate::{Ident, Key, Moment, RelationName, TxId};

/// Which changes an undo takes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// All changes of these transactions.
    Transactions(Vec<TxId>),
    /// One record.
    Record(RecordSelection),
}

/// One record, or one field of it, taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordSelection {
    /// The table.
    pub table: RelationName,
    /// Which record.
    pub key: Key,
    /// Only this column.
    pub column: Option<Ident>,
    /// To its state as of this moment; without it, to before its latest change.
    pub to: Option<Moment>,
}
