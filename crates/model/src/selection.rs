use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ChangeId, Ident, Key, Moment, Operation, RelationName, TxId};

/// What is to be taken back or brought back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// Changes, by what is known of them.
    Changes(Box<ChangeSelection>),
    /// Records, by what they were.
    Records(Vec<RecordSelection>),
}

/// The changes that have everything in common that is given here.
///
/// What is `None` or empty lets every change pass.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeSelection {
    /// In one of these stretches of transactions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transactions: Vec<TxRange>,
    /// In this session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// By this actor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// For this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// In this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// Under this operation, by its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<i64>,
    /// Of one of these tables.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<RelationName>,
    /// Of the record with this key, in the one table that is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// Updates that changed one of these columns; only these columns are taken back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Ident>,
    /// One of these operations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<Operation>,
    /// Not before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Later than this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Moment>,
    /// Not later than this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Moment>,
    /// For which this SQL condition over `recall.log` holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// One of these changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeId>,
}

/// One record, or one field of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordSelection {
    /// The table.
    pub table: RelationName,
    /// Which record.
    pub key: Key,
    /// Only this column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Ident>,
    /// To its state as of this moment; without it, to before its latest change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Moment>,
    /// With the rows that went with it when it was removed.
    #[serde(default)]
    pub with_children: bool,
}

/// Transactions from one number to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxRange {
    /// The first.
    pub first: TxId,
    /// The last.
    pub last: TxId,
}

/// Why a text is no stretch of transactions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TxRangeError {
    /// Neither a number nor two.
    #[error("`{0}` is neither a transaction nor a range such as `100..120`")]
    Malformed(String),
    /// The end before the beginning.
    #[error("`{0}` ends before it begins")]
    Backwards(String),
}

impl TxRange {
    /// Whether it is a single transaction.
    #[must_use]
    pub fn is_single(self) -> bool {
        self.first == self.last
    }
}

impl From<TxId> for TxRange {
    fn from(tx: TxId) -> Self {
        Self { first: tx, last: tx }
    }
}

/// As a user would type it.
impl fmt::Display for TxRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_single() {
            self.first.fmt(f)
        } else {
            write!(f, "{}..{}", self.first, self.last)
        }
    }
}

/// Reads `100`, or `100..120`, both ends included.
impl FromStr for TxRange {
    type Err = TxRangeError;

    fn from_str(text: &str) -> Result<Self, TxRangeError> {
        let number = |part: &str| {
            part.trim().parse::<TxId>().map_err(|_| TxRangeError::Malformed(text.to_owned()))
        };
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let range = Self { first: number(first)?, last: number(last.trim_start_matches('='))? };
        if range.first > range.last {
            return Err(TxRangeError::Backwards(text.to_owned()));
        }
        Ok(range)
    }
}

impl Selection {
    /// All changes of the given transactions.
    #[must_use]
    pub fn transactions(ids: &[TxId]) -> Self {
        let transactions = ids.iter().copied().map(TxRange::from).collect();
        ChangeSelection { transactions, ..ChangeSelection::default() }.into()
    }

    /// One record.
    #[must_use]
    pub fn record(record: RecordSelection) -> Self {
        Self::Records(vec![record])
    }
}

impl From<ChangeSelection> for Selection {
    fn from(changes: ChangeSelection) -> Self {
        Self::Changes(Box::new(changes))
    }
}

impl ChangeSelection {
    /// Whether nothing narrows it down: it would mean every change there is.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_transactions_are_read_as_they_are_written() {
        for text in ["7", "100..120"] {
            assert_eq!(text.parse::<TxRange>().unwrap().to_string(), text);
        }
        assert_eq!("7..7".parse::<TxRange>().unwrap().to_string(), "7");
        assert!("120..100".parse::<TxRange>().is_err());
        assert!("1..2..3".parse::<TxRange>().is_err());
        assert!("..".parse::<TxRange>().is_err());
    }

    #[test]
    fn a_selection_names_only_what_it_asks_for() {
        let selection = Selection::transactions(&[TxId(7)]);
        let json = serde_json::to_string(&selection).unwrap();
        assert_eq!(json, r#"{"changes":{"transactions":[{"first":7,"last":7}]}}"#);
        assert_eq!(serde_json::from_str::<Selection>(&json).unwrap(), selection);
    }
}
