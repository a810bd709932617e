use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{ChangeId, Key, Operation, RelationId, RelationName, Row, Selection, TxId};

/// How a selection would be taken back, as a value that can be shown, compared and kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What was asked for.
    pub selection: Selection,
    /// The transactions of which something is taken back.
    pub reverses: Vec<TxId>,
    /// What will be done, in this order.
    pub steps: Vec<Step>,
    /// What stands in the way; a plan with conflicts cannot be applied.
    pub conflicts: Vec<Conflict>,
}

/// One row brought from what is expected now to what it should be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The table.
    pub table: RelationName,
    /// The same as the journal's number.
    pub relation: RelationId,
    /// Which row, as it is found now (or as it will be, for an insert); none without a key.
    pub key: Option<Key>,
    /// What is done to it.
    pub action: Action,
    /// The row that must be found; `None` if there must be none.
    pub expected: Option<Row>,
    /// The row that is left; `None` if none is.
    pub target: Option<Row>,
    /// The columns that an update sets.
    pub columns: Vec<String>,
    /// The changes that are taken back.
    pub changes: Vec<ChangeId>,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Brings a row back.
    Insert,
    /// Sets columns of a row.
    Update,
    /// Removes a row.
    Delete,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        })
    }
}

/// Something that stands in the way of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Of which kind it is.
    pub kind: ConflictKind,
    /// The table.
    pub table: RelationName,
    /// The row, where it is about one.
    pub key: Option<Key>,
    /// A sentence about it, without values of rows.
    pub message: String,
    /// The later changes behind it, oldest first.
    pub later: Vec<LaterChange>,
}

/// A change that came after what is to be taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LaterChange {
    /// Its number.
    pub id: ChangeId,
    /// Its transaction.
    pub tx: TxId,
    /// When.
    pub at: Timestamp,
    /// What it did.
    pub op: Operation,
    /// Who.
    pub actor: Option<String>,
}

/// The kinds of conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// The row is not as the selected changes left it.
    ChangedLater,
    /// Rows that depend on the row were added later.
    Dependants,
    /// The table is no longer there, or no longer tracked.
    TableGone,
    /// A column of the recorded row is no longer there.
    ColumnGone,
    /// The journal does not hold the whole row.
    NotRecorded,
    /// A constraint of the database refuses the result.
    Constraint,
}

impl ConflictKind {
    /// The word used everywhere a user sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ChangedLater => "changed later",
            Self::Dependants => "dependants",
            Self::TableGone => "table gone",
            Self::ColumnGone => "column gone",
            Self::NotRecorded => "not recorded",
            Self::Constraint => "constraint",
        }
    }
}

/// The hash that names exactly one plan: SHA-256 over its selection and steps as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanHash(String);

impl fmt::Display for PlanHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Plan {
    /// The plan's hash: equal for equal selections and steps, whatever stands in the way.
    ///
    /// # Errors
    /// When the plan cannot be written as JSON, which a value of this type always can.
    pub fn hash(&self) -> serde_json::Result<PlanHash> {
        let bytes = serde_json::to_vec(&(&self.selection, &self.steps))?;
        let hex = Sha256::digest(&bytes)
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        Ok(PlanHash(hex))
    }
}
