//! Who made a record what it is.

mod trail;

use std::collections::BTreeMap;

use jiff::Timestamp;
use pgrecall_journal::{Gap, Journal, RecordKey, TrackedTable};
use pgrecall_model::{Change, ChangeId, Context, Ident, Key, Operation, Row, TxId};
use serde::Serialize;
use serde_json::Value;

use crate::{Boundary, TimeTravelError, record_at};
use trail::Trail;

/// For each column of a record who gave it its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Blame {
    /// The record, by the key that it has at the moment, or had at last.
    pub key: Key,
    /// Whether it is there.
    pub fate: Fate,
    /// Its columns in the order of the table.
    pub columns: Vec<Blamed>,
    /// From when on the journal has the changes of the table.
    pub known_since: Timestamp,
    /// Where changes may be missing.
    pub gaps: Vec<Gap>,
}

/// What is taken for how a record stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The rows of today, and the changes since: right for who may read the table.
    Rows,
    /// The changes that the reader sees, and nothing else: the rows of today may be another tenant's.
    Changes,
}

/// What has become of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// It is there.
    Present,
    /// It was deleted; its columns are those that it had at last.
    Deleted(Box<Setter>),
    /// It is not there, and the journal does not tell how it went.
    Missing,
}

/// A column of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Blamed {
    /// Its name.
    pub column: String,
    /// Its value; none where it is not recorded.
    pub value: Option<Value>,
    /// Whether the value is only a hash.
    pub hashed: bool,
    /// What is known of where the value comes from.
    pub since: Since,
    /// The change that gave it the value.
    pub setter: Option<Setter>,
}

/// What is known of where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Since {
    /// A change that was recorded.
    #[serde(rename = "change")]
    Change,
    /// It was there before all changes that the journal has.
    #[serde(rename = "before tracking")]
    BeforeTracking,
    /// The column is left out of the journal.
    #[serde(rename = "not recorded")]
    NotRecorded,
    /// No change that the reader sees gave it this value.
    #[serde(rename = "unknown")]
    Unknown,
}

/// A change that set something, with who and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Setter {
    /// The change.
    pub change: ChangeId,
    /// Its transaction.
    pub tx: TxId,
    /// When the row was changed.
    pub at: Timestamp,
    /// What was done.
    pub op: Operation,
    /// Who and why.
    pub context: Context,
    /// The transactions that it took back, where it was an undo.
    pub undoes: Vec<TxId>,
}

/// Finds out for each column of a record who gave it the value that it has at a moment. The record
/// is followed where its key was changed.
///
/// # Errors
/// When the moment lies before recording began, when there was no such record, or when the server
/// refuses.
pub async fn blame(
    journal: &Journal,
    table: &TrackedTable,
    key: &RecordKey,
    boundary: &Boundary,
    evidence: Evidence,
) -> Result<Blame, TimeTravelError> {
    let gaps = boundary.check(journal, table).await?;
    let mut changes = journal.history(table, &key.text).await?;
    changes.retain(|change| boundary.counts(change.tx));
    let found = Sight { journal, table, boundary, evidence }.find(key, &changes).await?;
    let mut trail = Trail::of(&changes[..found.until], &found.key, &table.relation.key);
    if !sees_everything(journal).await? {
        trail.hides_its_beginning();
    }
    let sources = Sources {
        former: journal.former_names(table).await?,
        undos: undos(journal, &changes).await?,
        table,
        trail,
    };
    let horizon = journal.horizon(table.relation.id).await?.map(|horizon| horizon.at);
    let columns = sources.columns(&found.state).into_iter();
    Ok(Blame {
        columns: columns.map(|column| sources.blamed(column, &found.state)).collect(),
        fate: match found.deletion {
            Some(change) => Fate::Deleted(Box::new(sources.setter(change))),
            None if found.present => Fate::Present,
            None => Fate::Missing,
        },
        key: found.key,
        known_since: horizon.unwrap_or(table.relation.since_at).max(table.relation.since_at),
        gaps,
    })
}

/// A record in its last state up to a moment.
struct Found<'c> {
    key: Key,
    state: Row,
    present: bool,
    deletion: Option<&'c Change>,
    /// How many of the changes lead to this state.
    until: usize,
}

/// How the records of a table are seen at a moment.
struct Sight<'s> {
    journal: &'s Journal,
    table: &'s TrackedTable,
    boundary: &'s Boundary,
    evidence: Evidence,
}

impl Sight<'_> {
    /// The record that has the key at the moment; if there is none, the one that had it last, under
    /// the key that it got then.
    async fn find<'c>(
        &self,
        given: &RecordKey,
        changes: &'c [Change],
    ) -> Result<Found<'c>, TimeTravelError> {
        let columns = &self.table.relation.key;
        let (mut key, mut from) = (given.values.clone(), 0);
        loop {
            if let Some(state) = self.standing(&key).await? {
                return Ok(Found {
                    key,
                    state,
                    present: true,
                    deletion: None,
                    until: changes.len(),
                });
            }
            let concerned = |change: &Change| {
                change.key.as_ref() == Some(&key)
                    || trail::key_after(change, columns).as_ref() == Some(&key)
            };
            let last = changes.iter().enumerate().skip(from).rfind(|(_, change)| concerned(change));
            let Some((at, change)) = last else {
                let table = self.table.relation.name.clone();
                return Err(TimeTravelError::NoRecord { table, key: given.values.clone() });
            };
            match (trail::key_after(change, columns), &change.old, &change.new) {
                (None, Some(old), _) => {
                    let (state, deletion) = (old.clone(), Some(change));
                    return Ok(Found { key, state, present: false, deletion, until: at });
                }
                (Some(next), _, Some(_)) if next != key => (key, from) = (next, at + 1),
                (_, _, image) => {
                    let state = image.clone().unwrap_or_default();
                    // The rows would have told of a record that is still there.
                    let present = self.evidence == Evidence::Changes;
                    return Ok(Found { key, state, present, deletion: None, until: at + 1 });
                }
            }
        }
    }

    /// The record as it stands at the moment, by the rows.
    async fn standing(&self, key: &Key) -> Result<Option<Row>, TimeTravelError> {
        if self.table.relation.oid.is_none() || self.evidence == Evidence::Changes {
            return Ok(None);
        }
        let key = self.journal.record_key(self.table, key).await?;
        record_at(self.journal, self.table, &key, self.boundary).await
    }
}

/// What is needed to tell where values come from.
struct Sources<'s> {
    table: &'s TrackedTable,
    trail: Trail<'s>,
    /// How columns were called before.
    former: BTreeMap<String, Vec<String>>,
    /// The transactions that were undos, with what they took back.
    undos: BTreeMap<TxId, Vec<TxId>>,
}

impl Sources<'_> {
    /// The columns of today, and those that only the record has.
    fn columns(&self, state: &Row) -> Vec<String> {
        let today = self.table.columns.iter().map(|column| column.name.as_str().to_owned());
        let known = |name: &String| {
            self.table.has_column(name) || self.former.values().any(|names| names.contains(name))
        };
        today.chain(state.keys().filter(|name| !known(name)).cloned()).collect()
    }

    fn blamed(&self, column: String, state: &Row) -> Blamed {
        let listed = |list: &[Ident]| list.iter().any(|name| name.as_str() == column);
        let hashed = listed(&self.table.relation.hashed);
        let Some(value) = self.value(state, &column) else {
            let excluded = listed(&self.table.relation.excluded);
            let since = if excluded { Since::NotRecorded } else { Since::Unknown };
            return Blamed { column, value: None, hashed, since, setter: None };
        };
        let (since, change) = self.trail.origin(value, |image| self.value(image, &column));
        let setter = change.map(|change| self.setter(change));
        Blamed { value: Some(value.clone()), column, hashed, since, setter }
    }

    /// The value of a column in an image, under whichever name it had.
    fn value<'r>(&self, image: &'r Row, column: &str) -> Option<&'r Value> {
        let mut former = self.former.get(column).into_iter().flatten();
        image.get(column).or_else(|| former.find_map(|name| image.get(name)))
    }

    fn setter(&self, change: &Change) -> Setter {
        Setter {
            change: change.id,
            tx: change.tx,
            at: change.at,
            op: change.op,
            context: change.context.clone(),
            undoes: self.undos.get(&change.tx).cloned().unwrap_or_default(),
        }
    }
}

/// The undos among the transactions of these changes, with what they took back.
async fn undos(
    journal: &Journal,
    changes: &[Change],
) -> Result<BTreeMap<TxId, Vec<TxId>>, TimeTravelError> {
    let ids: Vec<i64> = changes.iter().map(|change| change.tx.0).collect();
    let rows = journal.client().query(include_str!("../sql/undos.sql"), &[&ids]).await?;
    let undo = |row: &tokio_postgres::Row| -> Result<_, TimeTravelError> {
        let reverses: Vec<i64> = row.try_get("reverses")?;
        Ok((TxId(row.try_get("tx")?), reverses.into_iter().map(TxId).collect()))
    };
    rows.iter().map(undo).collect()
}

async fn sees_everything(journal: &Journal) -> Result<bool, TimeTravelError> {
    let sql = include_str!("../sql/sees_everything.sql");
    Ok(journal.client().query_one(sql, &[]).await?.try_get(0)?)
}
