use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{ChangeId, Key, Operation, RelationId, RelationName, Row, Selection, TxId};

/// How a selection would be taken back, as a value that can be shown, compared and kept.
///
/// It does not hold its steps, of which there may be millions; they are where they were planned,
/// and are part of the hash.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What was asked for.
    pub selection: Selection,
    /// The transactions of which something is taken back.
    pub reverses: Vec<TxId>,
    /// How many rows will be brought back, set and removed, by table.
    pub rows: BTreeMap<RelationName, Counts>,
    /// What stands in the way; a plan with conflicts cannot be applied.
    pub conflicts: Vec<Conflict>,
    /// How many conflicts there are besides these.
    pub more_conflicts: usize,
    /// The hash of the selection and the steps.
    pub hash: PlanHash,
}

/// Rows by what is done to them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Brought back.
    pub inserted: u64,
    /// Set.
    pub updated: u64,
    /// Removed.
    pub deleted: u64,
}

impl Counts {
    /// Adds rows to which something is done.
    pub fn add(&mut self, action: Action, rows: u64) {
        match action {
            Action::Insert => self.inserted += rows,
            Action::Update => self.updated += rows,
            Action::Delete => self.deleted += rows,
        }
    }

    /// All of them.
    #[must_use]
    pub fn total(self) -> u64 {
        self.inserted + self.updated + self.deleted
    }
}

/// One row brought from what is expected now to what it should be.
///
/// The values are texts as the server writes them, so that every value comes back as it was.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// The row is not as the selected changes left it.
    ChangedLater,
    /// The row is not as the selected changes left it, and changes may be missing in the journal.
    Gap,
    /// Rows that depend on the row were added later.
    Dependants,
    /// The row that it refers to is no longer there.
    ParentGone,
    /// Another row has got its unique value since.
    UniqueTaken,
    /// The table is no longer there, or no longer tracked.
    TableGone,
    /// A column of the recorded row is no longer there.
    ColumnGone,
    /// The journal does not hold the whole row.
    NotRecorded,
    /// A constraint of the database refuses the result.
    Constraint,
    /// The connected user may not do it.
    NotPermitted,
}

impl ConflictKind {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [Self; 10] = [
        Self::ChangedLater,
        Self::Gap,
        Self::Dependants,
        Self::ParentGone,
        Self::UniqueTaken,
        Self::TableGone,
        Self::ColumnGone,
        Self::NotRecorded,
        Self::Constraint,
        Self::NotPermitted,
    ];

    /// The word used everywhere a user sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ChangedLater => "changed later",
            Self::Gap => "gap",
            Self::Dependants => "dependants",
            Self::ParentGone => "parent gone",
            Self::UniqueTaken => "unique taken",
            Self::TableGone => "table gone",
            Self::ColumnGone => "column gone",
            Self::NotRecorded => "not recorded",
            Self::Constraint => "constraint",
            Self::NotPermitted => "not permitted",
        }
    }

    /// The policies that make sense for it.
    #[must_use]
    pub fn policies(self) -> &'static [Policy] {
        match self {
            Self::ChangedLater | Self::Gap => {
                &[Policy::Abort, Policy::Skip, Policy::Merge, Policy::Overwrite]
            }
            Self::Dependants => &[Policy::Abort, Policy::Skip, Policy::Cascade],
            Self::ColumnGone => &[Policy::Abort, Policy::Skip, Policy::Merge],
            Self::ParentGone | Self::UniqueTaken | Self::TableGone | Self::NotRecorded => {
                &[Policy::Abort, Policy::Skip]
            }
            Self::Constraint | Self::NotPermitted => &[Policy::Abort],
        }
    }
}

/// What is done about a conflict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Nothing is done at all.
    #[default]
    Abort,
    /// The row in question stays as it is.
    Skip,
    /// What was not touched since is taken back, the rest stays as it is.
    Merge,
    /// The row is taken back, whatever happened to it since.
    Overwrite,
    /// The rows that depend on it go too.
    Cascade,
}

impl Policy {
    /// All policies, in the order in which they are listed.
    pub const ALL: [Self; 5] =
        [Self::Abort, Self::Skip, Self::Merge, Self::Overwrite, Self::Cascade];

    /// The word used everywhere a user sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Abort => "abort",
            Self::Skip => "skip",
            Self::Merge => "merge",
            Self::Overwrite => "overwrite",
            Self::Cascade => "cascade",
        }
    }
}

/// What is done about conflicts, by their kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies {
    default: Policy,
    by_kind: BTreeMap<ConflictKind, Policy>,
}

/// Why a text is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// No such policy.
    #[error("`{0}` is none of abort, skip, merge, overwrite, cascade")]
    Policy(String),
    /// No such kind.
    #[error("`{0}` is no kind of conflict")]
    Kind(String),
    /// A policy that cannot be followed.
    #[error("`{policy}` cannot settle a conflict of the kind `{kind}`")]
    Misfit {
        /// The kind.
        kind: String,
        /// The policy.
        policy: &'static str,
    },
}

impl Policies {
    /// The same for every kind that it can settle; the others abort.
    #[must_use]
    pub fn all(policy: Policy) -> Self {
        Self { default: policy, by_kind: BTreeMap::new() }
    }

    /// The policy for a kind.
    #[must_use]
    pub fn of(&self, kind: ConflictKind) -> Policy {
        let policy = self.by_kind.get(&kind).copied().unwrap_or(self.default);
        if kind.policies().contains(&policy) { policy } else { Policy::Abort }
    }

    /// Takes in what a user typed: `POLICY` for all kinds, or `KIND=POLICY` for one, its words joined
    /// by hyphens.
    ///
    /// # Errors
    /// When it is not understood, or when the policy cannot settle that kind.
    pub fn add(&mut self, text: &str) -> Result<(), PolicyError> {
        let Some((kind, policy)) = text.split_once('=') else {
            self.default = text.parse()?;
            return Ok(());
        };
        let policy: Policy = policy.parse()?;
        let words = kind.replace(['-', '_'], " ");
        let known = ConflictKind::ALL.into_iter().find(|known| known.as_str() == words);
        let known = known.ok_or_else(|| PolicyError::Kind(kind.to_owned()))?;
        if !known.policies().contains(&policy) {
            return Err(PolicyError::Misfit { kind: kind.to_owned(), policy: policy.as_str() });
        }
        self.by_kind.insert(known, policy);
        Ok(())
    }
}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let known = Self::ALL.into_iter().find(|policy| policy.as_str() == text);
        known.ok_or_else(|| PolicyError::Policy(text.to_owned()))
    }
}

/// The hash that names exactly one plan: SHA-256 over its selection and its steps, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanHash(String);

impl fmt::Display for PlanHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Makes the hash of a plan while its steps pass by.
#[derive(Debug, Clone)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Begins with what was asked for.
    ///
    /// # Errors
    /// When the selection cannot be written as JSON, which a value of its type always can.
    pub fn new(selection: &Selection) -> serde_json::Result<Self> {
        let mut hasher = Sha256::new();
        hasher.update(serde_json::to_vec(selection)?);
        Ok(Self(hasher))
    }

    /// Takes in the digest of the next step.
    pub fn add(&mut self, digest: &[u8]) {
        self.0.update(digest);
    }

    /// The hash of all that passed.
    #[must_use]
    pub fn finish(self) -> PlanHash {
        let digest = self.0.finalize();
        PlanHash(digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_holds_for_the_kinds_that_it_can_settle() {
        let mut policies = Policies::default();
        assert_eq!(policies.of(ConflictKind::ChangedLater), Policy::Abort);
        policies.add("skip").unwrap();
        policies.add("dependants=cascade").unwrap();
        assert_eq!(policies.of(ConflictKind::ChangedLater), Policy::Skip);
        assert_eq!(policies.of(ConflictKind::Dependants), Policy::Cascade);
        assert_eq!(policies.of(ConflictKind::Constraint), Policy::Abort);
        assert!(policies.add("changed-later=cascade").is_err());
        assert!(policies.add("weather=skip").is_err());
        assert!(policies.add("sometimes").is_err());
    }
}
