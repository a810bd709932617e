//! The changes that made a record what it is.

use pgrecall_model::{Change, Ident, Key, Operation, Row};
use serde_json::Value;

use super::Since;

/// The changes of one record, back to where it came to be or as far as they are known.
pub(super) struct Trail<'c> {
    /// By transaction, the latest first. Where a trigger changes a row that its statement changes
    /// too, the changes of one transaction are not recorded in the order in which they were made;
    /// who made them is the same.
    transactions: Vec<Vec<&'c Change>>,
    /// Where a value comes from that none of them has set.
    beginning: Since,
}

impl<'c> Trail<'c> {
    /// Follows the record that has this key after the last of the changes, which are those of
    /// every record that ever had one of its keys, oldest first.
    pub(super) fn of(changes: &'c [Change], key: &Key, columns: &[Ident]) -> Self {
        let mut trail = Self { transactions: Vec::new(), beginning: Since::BeforeTracking };
        let mut key = key.clone();
        for transaction in changes.chunk_by(|a, b| a.tx == b.tx).rev() {
            let (mut own, mut born, mut gone) = (Vec::new(), false, false);
            for change in transaction.iter().rev() {
                match key_after(change, columns) {
                    Some(after) if after == key => {
                        own.push(change);
                        born |= change.op == Operation::Insert;
                        key = change.key.clone().unwrap_or(after);
                    }
                    None if change.key.as_ref() == Some(&key) => gone = true,
                    _ => {}
                }
            }
            if !own.is_empty() {
                trail.transactions.push(own);
            }
            if born || gone {
                // What was before is another record, and this one set every column when it came.
                trail.beginning = Since::Unknown;
                return trail;
            }
        }
        trail
    }

    /// The reader does not see every change: what came first may lie behind one of the others.
    pub(super) fn hides_its_beginning(&mut self) {
        self.beginning = Since::Unknown;
    }

    /// The change that gave a column its value. A change that finds or leaves another value than
    /// the later ones tell of shows that something was not recorded in between.
    pub(super) fn origin(
        &self,
        value: &Value,
        of: impl Fn(&Row) -> Option<&Value>,
    ) -> (Since, Option<&'c Change>) {
        for changes in &self.transactions {
            let leaves = |change: &&Change| change.new.as_ref().and_then(&of) == Some(value);
            let finds = |change: &Change| change.old.as_ref().and_then(&of) == Some(value);
            let mut leaving = changes.iter().copied().filter(leaves).peekable();
            if leaving.peek().is_none() {
                return (Since::Unknown, None);
            }
            if let Some(change) = leaving.find(|change| !finds(change)) {
                return (Since::Change, Some(change));
            }
        }
        (self.beginning, None)
    }
}

/// The key that a row has after a change; none where the row is gone.
pub(super) fn key_after(change: &Change, columns: &[Ident]) -> Option<Key> {
    change.new.as_ref().and_then(|row| Key::of(columns, row))
}
