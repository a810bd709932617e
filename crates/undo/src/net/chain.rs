//! Which changes are changes of one row.
//!
//! A row is followed through its images: a change belongs to the row that is as the change found
//! it. The key alone would not do, because keys change, and within a transaction two rows may
//! have the same one for a while (deferrable constraints, `SET id = id + 1`). Where no row is as
//! the change found it, the key decides whether something unseen lies between.

use std::borrow::Cow;
use std::collections::HashMap;

use pgrecall_model::{Change, ChangeId, Ident, Key, Relation, Row, TxId};

use super::{Broken, image};

/// The changes of one row, and the row on both ends of them.
pub(super) struct Chain<'a> {
    /// The row before the first change.
    pub(super) before: Option<Cow<'a, Row>>,
    /// The row as the last change left it.
    pub(super) after: Option<&'a Row>,
    /// Ascending, except where two chains were joined.
    pub(super) changes: Vec<ChangeId>,
    /// Where something unseen lies between two of the changes.
    pub(super) breaks: Vec<Broken>,
    /// Whether the row was removed and made again.
    pub(super) reborn: bool,
    /// The transaction of the last change.
    tx: TxId,
}

/// What tells a row from the other rows of its table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Identity {
    /// Its key.
    Key(String),
    /// All of it, where it has no key; any number of rows may be alike.
    Image(String),
}

/// The rows of one table while its changes are followed in the order in which they were made.
pub(super) struct Chains<'a> {
    relation: &'a Relation,
    columns: Option<&'a [Ident]>,
    all: Vec<Chain<'a>>,
    /// The rows that are there, by what identifies them now.
    live: HashMap<Identity, Vec<usize>>,
    /// The rows that went, by what identified them first, so that a row which comes to be under
    /// the same key continues them.
    gone: HashMap<Identity, usize>,
}

impl<'a> Chains<'a> {
    pub(super) fn new(relation: &'a Relation, columns: Option<&'a [Ident]>) -> Self {
        let (live, gone) = (HashMap::new(), HashMap::new());
        Self { relation, columns, all: Vec::new(), live, gone }
    }

    /// Takes the next change in.
    pub(super) fn follow(&mut self, change: &'a Change) {
        let known = match (&change.old, &change.new) {
            (Some(old), _) => self.holder(old, change.tx),
            (None, Some(new)) => self.gone.remove(&identity(self.relation, new)),
            (None, None) => return,
        };
        let at = if let Some(at) = known {
            self.extend(at, change);
            at
        } else {
            self.begin(change);
            self.all.len() - 1
        };
        self.index(at, change);
    }

    /// The chains of all rows, at most one per key on either end.
    pub(super) fn finish(self) -> Vec<Chain<'a>> {
        let mut ends = Ends::new(self.relation, self.columns);
        for chain in self.all {
            ends.add(chain);
        }
        ends.slots.into_iter().flatten().collect()
    }

    /// The row that is as the change found it, else the one that another transaction left under
    /// its key: a transaction never sees two rows with one key that it did not make itself.
    fn holder(&mut self, old: &Row, tx: TxId) -> Option<usize> {
        let rows = self.live.get_mut(&identity(self.relation, old))?;
        let is_as_found =
            |&at: &usize| self.all[at].after.is_some_and(|row| image::agree(row, old, None));
        let position = rows
            .iter()
            .rposition(is_as_found)
            .or_else(|| rows.iter().rposition(|&at| self.all[at].tx != tx))?;
        Some(rows.remove(position))
    }

    fn begin(&mut self, change: &'a Change) {
        self.all.push(Chain {
            before: change.old.as_ref().map(Cow::Borrowed),
            after: change.new.as_ref(),
            changes: vec![change.id],
            breaks: Vec::new(),
            reborn: false,
            tx: change.tx,
        });
    }

    fn extend(&mut self, at: usize, change: &'a Change) {
        let chain = &mut self.all[at];
        let old = change.old.as_ref();
        if let Some(left) = chain.changes.last().copied()
            && !contiguous(chain.after, old, self.columns)
        {
            chain.breaks.push(broken(
                self.relation,
                left,
                (change.id, old.or(change.new.as_ref())),
            ));
        }
        if let Some(old) = old {
            chain.learn(old);
        }
        chain.reborn |= chain.after.is_none() && chain.before.is_some();
        chain.after = change.new.as_ref();
        chain.changes.push(change.id);
        chain.tx = change.tx;
    }

    fn index(&mut self, at: usize, change: &Change) {
        if let Some(new) = &change.new {
            self.live.entry(identity(self.relation, new)).or_default().push(at);
        } else if let Some(before) = &self.all[at].before {
            self.gone.insert(identity(self.relation, before), at);
        } else if let Some(old) = &change.old {
            self.gone.entry(identity(self.relation, old)).or_insert(at);
        }
    }
}

impl Chain<'_> {
    /// Completes the first image by columns that came to the table afterwards: what a later
    /// change found in them is what they had from the start.
    fn learn(&mut self, old: &Row) {
        let (Some(before), Some(after)) = (&mut self.before, self.after) else { return };
        for (name, value) in old {
            if !after.contains_key(name) && !before.contains_key(name) {
                before.to_mut().insert(name.clone(), value.clone());
            }
        }
    }

    fn first(&self) -> Option<ChangeId> {
        self.changes.first().copied()
    }

    fn last(&self) -> Option<ChangeId> {
        self.changes.last().copied()
    }
}

fn identity(relation: &Relation, row: &Row) -> Identity {
    match image::values(row, &relation.key) {
        Some(key) if !relation.key.is_empty() => Identity::Key(key),
        _ => Identity::Image(image::whole(row)),
    }
}

fn contiguous(left: Option<&Row>, found: Option<&Row>, columns: Option<&[Ident]>) -> bool {
    match (left, found) {
        (Some(left), Some(found)) => image::agree(left, found, columns),
        (left, found) => left.is_none() && found.is_none(),
    }
}

fn broken(relation: &Relation, left: ChangeId, found: (ChangeId, Option<&Row>)) -> Broken {
    Broken {
        table: relation.name.clone(),
        relation: relation.id,
        key: found.1.and_then(|row| Key::of(&relation.key, row)),
        left,
        found: found.0,
    }
}

/// The chains of a table by the keys on their ends. In a consistent state no two rows have the
/// same key, neither before all changes nor after them, so chains that share one are chains of
/// one row.
struct Ends<'a> {
    relation: &'a Relation,
    columns: Option<&'a [Ident]>,
    slots: Vec<Option<Chain<'a>>>,
    before: HashMap<Identity, usize>,
    after: HashMap<Identity, usize>,
}

impl<'a> Ends<'a> {
    fn new(relation: &'a Relation, columns: Option<&'a [Ident]>) -> Self {
        let (before, after) = (HashMap::new(), HashMap::new());
        Self { relation, columns, slots: Vec::new(), before, after }
    }

    fn add(&mut self, mut chain: Chain<'a>) {
        loop {
            let before = self.key(chain.before.as_deref());
            let after = self.key(chain.after);
            let same = before.as_ref().and_then(|key| self.before.get(key));
            let same = same.or_else(|| after.as_ref().and_then(|key| self.after.get(key)));
            if let Some(other) = same.copied().and_then(|at| self.remove(at)) {
                chain = self.join(other, chain);
            } else if let Some(other) = self.counterpart(&chain, before.as_ref(), after.as_ref()) {
                chain = replacement(other, chain);
            } else {
                let at = self.slots.len();
                self.slots.push(Some(chain));
                self.before.extend(before.map(|key| (key, at)));
                self.after.extend(after.map(|key| (key, at)));
                return;
            }
        }
    }

    fn key(&self, row: Option<&Row>) -> Option<Identity> {
        row.map(|row| identity(self.relation, row)).filter(|key| matches!(key, Identity::Key(_)))
    }

    /// For a row that came to be the one that went under the same key, and the other way round.
    fn counterpart(
        &mut self,
        chain: &Chain<'a>,
        before: Option<&Identity>,
        after: Option<&Identity>,
    ) -> Option<Chain<'a>> {
        let at = match (&chain.before, chain.after) {
            (None, Some(_)) => self.before.get(after?),
            (Some(_), None) => self.after.get(before?),
            _ => None,
        };
        let at = *at?;
        let fits = self.slots[at].as_ref().is_some_and(|other| {
            other.before.is_none() == chain.after.is_none()
                && other.after.is_none() == chain.before.is_none()
        });
        if fits { self.remove(at) } else { None }
    }

    fn remove(&mut self, at: usize) -> Option<Chain<'a>> {
        let chain = self.slots[at].take()?;
        if let Some(key) = self.key(chain.before.as_deref()) {
            self.before.remove(&key);
        }
        if let Some(key) = self.key(chain.after) {
            self.after.remove(&key);
        }
        Some(chain)
    }

    /// Makes one chain of two that cannot be of different rows.
    fn join(&self, one: Chain<'a>, other: Chain<'a>) -> Chain<'a> {
        let (mut earlier, later) =
            if one.first() <= other.first() { (one, other) } else { (other, one) };
        if !contiguous(earlier.after, later.before.as_deref(), self.columns)
            && let (Some(left), Some(found)) = (earlier.last(), later.first())
        {
            let row = later.before.as_deref().or(later.after);
            earlier.breaks.push(broken(self.relation, left, (found, row)));
        }
        earlier.reborn |= later.reborn || earlier.after.is_none();
        if earlier.last() < later.last() {
            earlier.after = later.after;
        }
        earlier.breaks.extend(later.breaks);
        earlier.changes.extend(later.changes);
        earlier.changes.sort_unstable();
        earlier
    }
}

/// One row took the place of another under the same key.
fn replacement<'a>(one: Chain<'a>, other: Chain<'a>) -> Chain<'a> {
    let (mut went, came) = if one.after.is_none() { (one, other) } else { (other, one) };
    went.after = came.after;
    went.changes.extend(came.changes);
    went.changes.sort_unstable();
    went.breaks.extend(came.breaks);
    went.reborn = true;
    went
}
