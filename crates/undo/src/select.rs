use pgrecall_journal::{Filter, Journal, TrackedTable};
use pgrecall_model::{Change, Key, RecordSelection, Row, Selection, TxId};
use pgrecall_timetravel::{Boundary, record_at};

use crate::UndoError;
use crate::current::{Lock, current_rows};

/// The changes that a selection means, and how they are to be taken back.
pub(crate) enum Selected {
    /// By the net effect of these changes.
    Changes(Vec<Change>),
    /// By bringing one record to a state of the past.
    Record(Box<RecordSelected>),
}

/// One record and what it is to become.
pub(crate) struct RecordSelected {
    pub(crate) table: TrackedTable,
    pub(crate) key: Key,
    pub(crate) now: Option<Row>,
    pub(crate) then: Option<Row>,
    /// The changes since then.
    pub(crate) changes: Vec<Change>,
}

/// Finds out what a selection means.
pub(crate) async fn select(
    journal: &Journal,
    selection: &Selection,
) -> Result<Selected, UndoError> {
    match selection {
        Selection::Transactions(ids) => transactions(journal, ids).await.map(Selected::Changes),
        Selection::Record(record) if record.to.is_some() => state(journal, record).await,
        Selection::Record(record) => latest(journal, record).await.map(Selected::Changes),
    }
}

async fn transactions(journal: &Journal, ids: &[TxId]) -> Result<Vec<Change>, UndoError> {
    for &id in ids {
        journal.transaction(id).await?;
        if journal.is_trimmed(id).await? {
            return Err(UndoError::Trimmed(id));
        }
    }
    let filter =
        Filter { transactions: Some(ids.to_vec()), oldest_first: true, ..Filter::default() };
    let changes = journal.changes().await?.read(journal, &filter).await?;
    if changes.is_empty() {
        let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        return Err(UndoError::Nothing(format!(
            "transaction {ids} changed no row of a tracked table"
        )));
    }
    Ok(changes)
}

/// The changes that the latest transaction made to the record, or to the one column that is meant.
async fn latest(journal: &Journal, record: &RecordSelection) -> Result<Vec<Change>, UndoError> {
    let table = journal.table(&record.table.to_string()).await?;
    let key = journal.record_key(&table, &record.key).await?;
    let mut changes = journal.history(&table, &key.text).await?;
    if let Some(column) = &record.column {
        let whole = changes.iter().rev().find(|change| change.changed.is_empty()).map(|c| c.tx);
        changes.retain(|change| change.changed.iter().any(|name| name == column.as_str()));
        if let (true, Some(tx)) = (changes.is_empty(), whole) {
            return Err(UndoError::WholeRow { tx });
        }
    }
    let Some(tx) = changes.last().map(|change| change.tx) else {
        return Err(UndoError::Nothing(format!(
            "the journal knows no change of the record in {}",
            record.table
        )));
    };
    changes.retain(|change| change.tx == tx);
    Ok(changes)
}

async fn state(journal: &Journal, record: &RecordSelection) -> Result<Selected, UndoError> {
    let table = journal.table(&record.table.to_string()).await?;
    let boundary = match record.to.clone() {
        Some(moment) => Boundary::of(journal, moment).await?,
        None => Boundary::Present,
    };
    let key = journal.record_key(&table, &record.key).await?;
    let mut changes = journal.history(&table, &key.text).await?;
    changes.retain(|change| !boundary.counts(change.tx));
    let then = record_at(journal, &table, &key, &boundary).await?;
    let keys = std::slice::from_ref(&key.values);
    let now = current_rows(journal.client(), &table, keys, Lock::No).await?.pop().flatten();
    if now == then {
        return Err(UndoError::Nothing("the record is as it was at that moment".to_owned()));
    }
    let record = RecordSelected { table, key: key.values, now, then, changes };
    Ok(Selected::Record(Box::new(record)))
}
