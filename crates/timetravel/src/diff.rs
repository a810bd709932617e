//! What lies between two moments.

use std::ops::RangeInclusive;

use futures_util::{TryStreamExt, pin_mut};
use pgrecall_journal::{Gap, Journal, TrackedTable};
use pgrecall_model::{Key, Moment, RelationId, RelationName, Row};
use pgrecall_postgres::{Literal, ServerError, Template};
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::types::ToSql;

use crate::at::{begin, check_certain};
use crate::{Boundary, TimeTravelError, Warning, names_today};

/// Two moments, in any order.
#[derive(Debug, Clone, PartialEq)]
pub struct Between {
    /// The state that counts as the one before.
    pub from: Boundary,
    /// The state that counts as the one after.
    pub to: Boundary,
}

/// A row that is not at both moments the same.
#[derive(Debug, Clone, PartialEq)]
pub struct RowDiff {
    /// The table.
    pub table: RelationName,
    /// Which row; none for a table without a key.
    pub key: Option<Key>,
    /// What became of it.
    pub kind: DiffKind,
    /// The row at the first moment.
    pub before: Option<Row>,
    /// The row at the second moment.
    pub after: Option<Row>,
    /// The columns that differ, where it is there at both.
    pub changed: Vec<String>,
}

/// What became of a row between two moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DiffKind {
    /// It is there at the second moment only.
    Added,
    /// It is there at the first moment only.
    Removed,
    /// It has other values.
    Changed,
}

impl DiffKind {
    /// The word used everywhere a user sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

impl Between {
    /// Finds out what two moments mean.
    ///
    /// # Errors
    /// When one of them names a transaction that the journal does not have.
    pub async fn of(journal: &Journal, from: Moment, to: Moment) -> Result<Self, TimeTravelError> {
        let (from, to) = (Boundary::of(journal, from).await?, Boundary::of(journal, to).await?);
        Ok(Self { from, to })
    }

    /// Checks that the table was recorded at both moments, and tells what a reader of the answer
    /// should know.
    ///
    /// # Errors
    /// When a moment lies before recording began.
    pub async fn check(
        &self,
        journal: &Journal,
        table: &TrackedTable,
    ) -> Result<Vec<Warning>, TimeTravelError> {
        table.check_key()?;
        let mut gaps = self.from.check(journal, table).await?;
        for gap in self.to.check(journal, table).await? {
            if !gaps.contains(&gap) {
                gaps.push(gap);
            }
        }
        // One that opened after both moments is of no concern.
        let concerns = |gap: &Gap| self.from.counts(gap.from_tx) || self.to.counts(gap.from_tx);
        let name = &table.relation.name;
        let gaps = gaps.into_iter().filter(concerns).map(|gap| Warning::Gap(name.clone(), gap));
        let unseen = table.relation.excluded.iter();
        let unseen = unseen.map(|column| Warning::NotCompared(name.clone(), column.clone()));
        Ok(gaps.chain(unseen).collect())
    }

    /// Makes sure that nothing is uncertain about the answer.
    ///
    /// # Errors
    /// When a moment is approximate, or anything is to be said about the answer.
    pub fn check_certain(&self, warnings: &[Warning]) -> Result<(), TimeTravelError> {
        for boundary in [&self.from, &self.to] {
            if let Boundary::Past(cut) = boundary {
                check_certain(cut, warnings)?;
            }
        }
        Ok(())
    }

    /// Gives every row of the tables that differs, table by table and by key, as it comes from the
    /// server: memory stays the same however many there are. All is read in one snapshot.
    ///
    /// Only what was changed between the moments is looked at. A record that got another key
    /// counts as removed and added, and so does a row of a table without a key that was updated.
    ///
    /// # Errors
    /// When the server refuses or is gone, or when `sink` fails.
    pub async fn rows<E: From<TimeTravelError>>(
        &self,
        journal: &mut Journal,
        tables: &[TrackedTable],
        mut sink: impl FnMut(RowDiff) -> Result<(), E>,
    ) -> Result<(), E> {
        let relations: Vec<RelationId> = tables.iter().map(|table| table.relation.id).collect();
        let forms = journal.forms(&relations).await.map_err(TimeTravelError::from)?;
        let shapes = journal.image_shapes(&relations).await.map_err(TimeTravelError::from)?;
        let transaction = begin(journal).await?;
        for table in tables {
            let id = table.relation.id;
            let forms = forms.get(&id).map_or(&[][..], Vec::as_slice);
            let shapes = shapes.get(&id).map_or(&[][..], Vec::as_slice);
            let sql = self.query(table, &names_today::image(forms, shapes)).sql();
            let no_parameters: [&(dyn ToSql + Sync); 0] = [];
            let rows = transaction.query_raw(&sql, no_parameters).await;
            let rows = rows.map_err(TimeTravelError::from)?;
            pin_mut!(rows);
            let mut of_key: Vec<Leftover> = Vec::new();
            while let Some(row) = rows.try_next().await.map_err(TimeTravelError::from)? {
                let leftover = Leftover::of(&row, table)?;
                if of_key.first().is_some_and(|first| first.key != leftover.key) {
                    settle(table, std::mem::take(&mut of_key), &mut sink)?;
                }
                of_key.push(leftover);
            }
            settle(table, of_key, &mut sink)?;
        }
        transaction.rollback().await.map_err(TimeTravelError::from)?;
        Ok(())
    }

    fn query(&self, table: &TrackedTable, image: &Template) -> Template {
        let key = if table.relation.key.is_empty() {
            Template::new("d.image")
        } else {
            let values = table.relation.key.iter().map(|column| {
                Template::new("d.image -> {column}").with("column", &Literal(column.as_str()))
            });
            Template::new("pg_catalog.jsonb_build_array({values})").with_all("values", values, ", ")
        };
        Template::new(include_str!("../sql/diff.sql"))
            .with("key", &key)
            .with("image", image)
            .with("relation", &table.relation.id.0)
            .with("after_from", &self.from.excludes("c"))
            .with("after_to", &self.to.excludes("c"))
    }
}

/// An image that is left over when all changes are summed up.
struct Leftover {
    key: String,
    image: Row,
    /// How often it is there more at the second moment; negative if it is there less.
    copies: i64,
    /// The numbers of the first and the last change with this image, and their transactions.
    first: i64,
    last: i64,
    transactions: RangeInclusive<i64>,
}

impl Leftover {
    fn of(row: &tokio_postgres::Row, table: &TrackedTable) -> Result<Self, TimeTravelError> {
        let Value::Object(image) = row.try_get("image")? else {
            return Err(
                ServerError::unexpected("the journal holds an image that is no object").into()
            );
        };
        Ok(Self {
            key: row.try_get("key")?,
            image: table.ordered(image),
            copies: row.try_get("copies")?,
            first: row.try_get("first")?,
            last: row.try_get("last")?,
            transactions: row.try_get("first_tx")?..=row.try_get("last_tx")?,
        })
    }

    /// Whether it was written in full before the other. Within a transaction there is no before: two
    /// rows may have one key for a moment, where the key can be deferred.
    fn is_before(&self, other: &Self) -> bool {
        let apart = self.transactions.end() < other.transactions.start()
            || other.transactions.end() < self.transactions.start();
        apart && self.last < other.first
    }
}

/// Gives what is left over of one key.
fn settle<E>(
    table: &TrackedTable,
    leftovers: Vec<Leftover>,
    sink: &mut impl FnMut(RowDiff) -> Result<(), E>,
) -> Result<(), E> {
    if table.relation.key.is_empty() {
        for leftover in leftovers {
            for _ in 0..leftover.copies.unsigned_abs() {
                let image = Some(leftover.image.clone());
                let (before, after) =
                    if leftover.copies < 0 { (image, None) } else { (None, image) };
                row_diff(table, before, after).map_or(Ok(()), &mut *sink)?;
            }
        }
        return Ok(());
    }
    let (before, after) = ends(leftovers);
    row_diff(table, before, after).map_or(Ok(()), sink)
}

/// The row at both moments. Of a key one image is left over at most on either side; where there are
/// more, because the table was altered in between or a change is missing, the earliest and the
/// latest count. For the same reason a row may have come and gone.
fn ends(leftovers: Vec<Leftover>) -> (Option<Row>, Option<Row>) {
    let (removed, added): (Vec<_>, Vec<_>) =
        leftovers.into_iter().partition(|leftover| leftover.copies < 0);
    let before = removed.iter().min_by_key(|leftover| leftover.first);
    let after = added.iter().max_by_key(|leftover| leftover.last);
    let before = before.filter(|before| !added.iter().any(|added| added.is_before(before)));
    let after = after.filter(|after| !removed.iter().any(|removed| after.is_before(removed)));
    let image = |leftover: &Leftover| leftover.image.clone();
    (before.map(image), after.map(image))
}

/// `None` where nothing differs but the shape of the row.
fn row_diff(table: &TrackedTable, before: Option<Row>, after: Option<Row>) -> Option<RowDiff> {
    let kind = match (&before, &after) {
        (None, None) => return None,
        (None, Some(_)) => DiffKind::Added,
        (Some(_), None) => DiffKind::Removed,
        (Some(_), Some(_)) => DiffKind::Changed,
    };
    let changed = match (&before, &after) {
        (Some(before), Some(after)) => differing(before, after),
        _ => Vec::new(),
    };
    if kind == DiffKind::Changed && changed.is_empty() {
        return None;
    }
    let key = after.as_ref().or(before.as_ref()).and_then(|row| Key::of(&table.relation.key, row));
    Some(RowDiff { table: table.relation.name.clone(), key, kind, before, after, changed })
}

/// The columns whose values differ; one that a row does not have counts as null.
fn differing(before: &Row, after: &Row) -> Vec<String> {
    let dropped = before.keys().filter(|name| !after.contains_key(*name));
    let value = |row: &Row, name: &String| row.get(name).cloned().unwrap_or_default();
    after
        .keys()
        .chain(dropped)
        .filter(|name| value(before, name) != value(after, name))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// An image of some changes, each a transaction of its own.
    fn leftover(copies: i64, changes: RangeInclusive<i64>, value: i32) -> Leftover {
        let image = [("v".to_owned(), json!(value))].into_iter().collect();
        let (first, last) = (*changes.start(), *changes.end());
        Leftover { key: String::new(), image, copies, first, last, transactions: changes }
    }

    fn values(leftovers: Vec<Leftover>) -> (Option<i64>, Option<i64>) {
        let value = |row: Option<Row>| row.and_then(|row| row["v"].as_i64());
        let (before, after) = ends(leftovers);
        (value(before), value(after))
    }

    #[test]
    fn one_image_on_either_side_is_the_row_of_then() {
        assert_eq!(values(vec![leftover(-1, 1..=3, 1), leftover(1, 3..=3, 2)]), (Some(1), Some(2)));
        assert_eq!(values(vec![leftover(-1, 1..=1, 1)]), (Some(1), None));
        assert_eq!(values(vec![leftover(1, 1..=1, 2)]), (None, Some(2)));
    }

    #[test]
    fn within_a_transaction_a_row_may_come_before_the_other_goes() {
        let swapped = [leftover(1, 1..=1, 2), leftover(-1, 2..=2, 1)]
            .map(|row| Leftover { transactions: 7..=7, ..row });
        assert_eq!(values(swapped.into()), (Some(1), Some(2)));
    }

    #[test]
    fn where_a_change_is_missing_the_earliest_and_the_latest_count() {
        // 1 became 2, nobody saw it become 3, and 3 became 4.
        let updates = vec![
            leftover(-1, 1..=1, 1),
            leftover(1, 1..=1, 2),
            leftover(-1, 2..=2, 3),
            leftover(1, 2..=2, 4),
        ];
        assert_eq!(values(updates), (Some(1), Some(4)));
        // 2 was inserted, nobody saw it become 3, and 3 was deleted.
        assert_eq!(values(vec![leftover(1, 1..=1, 2), leftover(-1, 2..=2, 3)]), (None, None));
    }
}
