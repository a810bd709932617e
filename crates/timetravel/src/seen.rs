//! A record at a moment, as the changes tell of it that a reader sees.

use pgrecall_journal::{Journal, RecordKey, TrackedTable};
use pgrecall_model::{Change, Ident, Key, Row};

use crate::{Boundary, TimeTravelError};

/// A record as it was, for who may not look at the rows of today.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The record; none if there was none, or nothing tells of it.
    pub record: Option<Row>,
    /// How far that is certain.
    pub ground: Ground,
}

/// How far the changes that a reader sees tell of a record at a moment. Others may lie between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The next change found it as the last one had left it.
    Confirmed,
    /// Only what was before the moment tells of it, or only what came later.
    OneSided,
    /// The next change found it otherwise than the last one had left it; it is as the last one left it.
    Contradicted,
    /// No change that is seen tells of it.
    Nothing,
}

/// The record with this key as of a moment, from nothing but the changes that the reader sees.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn record_seen(
    journal: &Journal,
    table: &TrackedTable,
    key: &RecordKey,
    boundary: &Boundary,
) -> Result<Seen, TimeTravelError> {
    let changes = journal.history(table, &key.text).await?;
    let (before, later): (Vec<Change>, Vec<Change>) =
        changes.into_iter().partition(|change| boundary.counts(change.tx));
    let record = Record { key: &key.values, columns: &table.relation.key };
    Ok(record.seen(&before, &later))
}

/// A record by its key.
struct Record<'k> {
    key: &'k Key,
    columns: &'k [Ident],
}

impl Record<'_> {
    /// What the changes up to a moment and those after it, both oldest first, tell of it.
    fn seen(&self, before: &[Change], later: &[Change]) -> Seen {
        let left = before
            .iter()
            .rfind(|change| self.is_in(change))
            .map(|change| self.own(change.new.as_ref()));
        let found = later
            .iter()
            .find(|change| self.is_in(change))
            .map(|change| self.own(change.old.as_ref()));
        let (record, ground) = match (left, found) {
            (Some(left), Some(found)) if agree(left, found) => (left, Ground::Confirmed),
            (Some(left), Some(_)) => (left, Ground::Contradicted),
            (Some(one), None) | (None, Some(one)) => (one, Ground::OneSided),
            (None, None) => (None, Ground::Nothing),
        };
        Seen { record: record.cloned(), ground }
    }

    fn is_in(&self, change: &Change) -> bool {
        self.own(change.old.as_ref()).is_some() || self.own(change.new.as_ref()).is_some()
    }

    /// The image, if it is of this record.
    fn own<'r>(&self, image: Option<&'r Row>) -> Option<&'r Row> {
        let image = image?;
        (Key::of(self.columns, image).as_ref() == Some(self.key)).then_some(image)
    }
}

/// Whether two images are of the same state. Columns that only one of them has came or went.
fn agree(left: Option<&Row>, found: Option<&Row>) -> bool {
    match (left, found) {
        (Some(left), Some(found)) => {
            left.iter().all(|(name, value)| found.get(name).is_none_or(|found| found == value))
        }
        (left, found) => left.is_none() && found.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use pgrecall_model::{ChangeId, Context, Operation, RelationName, TxId};
    use serde_json::{Value, json};

    use super::*;

    fn change(old: Value, new: Value) -> Change {
        let row = |value: Value| value.as_object().cloned();
        Change {
            id: ChangeId(1),
            tx: TxId(1),
            at: Timestamp::UNIX_EPOCH,
            op: Operation::Update,
            table: RelationName::new(Ident::new("public").unwrap(), Ident::new("t").unwrap()),
            key: None,
            old: row(old),
            new: row(new),
            changed: Vec::new(),
            context: Context::default(),
        }
    }

    fn seen(before: &[Change], later: &[Change]) -> (Option<Value>, Ground) {
        let columns = [Ident::new("id").unwrap()];
        let image = json!({ "id": 1 });
        let key = Key::of(&columns, image.as_object().unwrap()).unwrap();
        let seen = Record { key: &key, columns: &columns }.seen(before, later);
        (seen.record.map(Value::Object), seen.ground)
    }

    #[test]
    fn what_two_changes_agree_on_is_certain_and_what_one_tells_is_not() {
        let (a, b) = (json!({ "id": 1, "v": "a" }), json!({ "id": 1, "v": "b" }));
        let insert = change(Value::Null, a.clone());
        let update = change(a.clone(), b.clone());
        let delete = change(b.clone(), Value::Null);
        let one = std::slice::from_ref;
        assert_eq!(seen(one(&insert), one(&update)), (Some(a.clone()), Ground::Confirmed));
        assert_eq!(seen(one(&insert), one(&delete)), (Some(a.clone()), Ground::Contradicted));
        assert_eq!(seen(one(&insert), &[]), (Some(a.clone()), Ground::OneSided));
        assert_eq!(seen(&[], one(&update)), (Some(a.clone()), Ground::OneSided));
        assert_eq!(seen(&[], one(&insert)), (None, Ground::OneSided));
        assert_eq!(seen(one(&delete), one(&insert)), (None, Ground::Confirmed));
        assert_eq!(seen(&[], &[]), (None, Ground::Nothing));
        let wider = change(json!({ "id": 1, "v": "a", "w": 1 }), b);
        assert_eq!(seen(one(&insert), one(&wider)), (Some(a), Ground::Confirmed));
    }

    #[test]
    fn a_record_that_went_to_another_key_is_not_there_any_more() {
        let away = change(json!({ "id": 1, "v": "a" }), json!({ "id": 2, "v": "a" }));
        let on = change(json!({ "id": 2, "v": "a" }), json!({ "id": 2, "v": "c" }));
        assert_eq!(seen(&[away.clone(), on.clone()], &[]), (None, Ground::OneSided));
        assert_eq!(seen(&[on], &[]), (None, Ground::Nothing));
        assert_eq!(seen(&[], &[away]), (Some(json!({ "id": 1, "v": "a" })), Ground::OneSided));
    }
}
