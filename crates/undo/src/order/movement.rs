//! Rows that the server changes by itself, because what they refer to changes.

use std::collections::{BTreeMap, BTreeSet};

use pgrecall_model::{ForeignKey, ForeignKeyAction, Ident, RelationName, Row, Step};

use super::edge::{self, Cause, Constraints, Edge, Mover};

/// What the server moves.
pub(super) struct Movement<'a> {
    steps: &'a [Step],
    constraints: Constraints<'a>,
    by_moved: BTreeMap<usize, Vec<&'a Mover>>,
    /// The rows as they are between the server's doing and their own steps.
    found: BTreeMap<usize, Row>,
}

impl<'a> Movement<'a> {
    pub(super) fn of(movers: &'a [Mover], steps: &'a [Step], constraints: Constraints<'a>) -> Self {
        let mut by_moved: BTreeMap<usize, Vec<&Mover>> = BTreeMap::new();
        for mover in movers {
            by_moved.entry(mover.moved).or_default().push(mover);
        }
        let found = by_moved.iter().filter_map(|(&at, movers)| {
            let movers = movers.iter().copied();
            Some((at, found(&steps[at], movers, steps, constraints.foreign_keys)?))
        });
        let found = found.collect();
        Self { steps, constraints, by_moved, found }
    }

    /// Whether the server moves both rows at once, and to where they belong, so that neither of
    /// their own steps has anything to do with the reference between them.
    pub(super) fn settles(&self, edge: Edge) -> bool {
        let (child, parent, number) = match edge.cause {
            Cause::Provides(number) => (edge.to, edge.from, number),
            Cause::Releases(number) => (edge.from, edge.to, number),
            Cause::Frees(_) => return false,
        };
        let key = &self.constraints.foreign_keys[number];
        self.arrives(child, &key.child_columns)
            && self.arrives(parent, &key.parent_columns)
            && !self.movers_of(child).any(|mover| mover.cause == parent)
            && !self.origins(child).is_disjoint(&self.origins(parent))
    }

    /// The edges to the steps by which the server changes the later row: what has to come before
    /// its own step has to come before these, as far as it is about the columns that they set.
    pub(super) fn bring_forward(&self, edge: Edge, more: &mut Vec<Edge>) {
        let keys = self.constraints.foreign_keys;
        let columns: &[Ident] = match edge.cause {
            Cause::Provides(number) => &keys[number].child_columns,
            Cause::Releases(number) => &keys[number].parent_columns,
            // No unique value that the server sets has been another row's.
            Cause::Frees(_) => return,
        };
        let mut reached = BTreeSet::from([edge.from, edge.to]);
        let mut ahead = vec![(edge.to, columns)];
        while let Some((at, columns)) = ahead.pop() {
            for mover in self.movers_of(at) {
                let key = &keys[mover.foreign_key];
                let is_touched = key.child_columns.iter().any(|name| columns.contains(name));
                // The server follows the foreign key in question, so it cannot violate it.
                let is_obeyed = edge.cause == Cause::Provides(mover.foreign_key);
                let is_settled = is_obeyed || self.origins(edge.from).contains(&mover.cause);
                if is_touched && !is_settled && reached.insert(mover.cause) {
                    more.push(Edge { to: mover.cause, ..edge });
                    ahead.push((mover.cause, &key.parent_columns));
                }
            }
        }
    }

    /// The rows of a table that the server moves, as they are until their own steps.
    pub(super) fn passing_through(
        &self,
        table: &RelationName,
    ) -> impl Iterator<Item = (usize, &Row)> {
        let found = self.found.iter().map(|(&at, row)| (at, row));
        found.filter(move |&(at, _)| self.steps[at].table == *table)
    }

    fn movers_of(&self, at: usize) -> impl Iterator<Item = &'a Mover> {
        self.by_moved.get(&at).into_iter().flatten().copied()
    }

    /// Whether the server brings the columns of the row to where they belong.
    fn arrives(&self, at: usize, columns: &[Ident]) -> bool {
        self.found.get(&at).is_some_and(|found| {
            edge::values(Some(found), columns)
                == edge::values(self.steps[at].target.as_ref(), columns)
        })
    }

    /// The steps along with which the server moves the row, over however many others.
    fn origins(&self, at: usize) -> BTreeSet<usize> {
        let mut origins = BTreeSet::new();
        let mut ahead = vec![at];
        while let Some(at) = ahead.pop() {
            let next = self.movers_of(at).map(|mover| mover.cause);
            ahead.extend(next.filter(|&mover| origins.insert(mover)));
        }
        origins
    }
}

/// The row that a step finds after the server has moved it, first by the first mover.
pub(super) fn found<'a>(
    step: &Step,
    movers: impl Iterator<Item = &'a Mover>,
    steps: &[Step],
    foreign_keys: &[ForeignKey],
) -> Option<Row> {
    let mut row = step.expected.clone()?;
    for mover in movers {
        let parent = steps[mover.cause].target.as_ref()?;
        carry_on(&mut row, &foreign_keys[mover.foreign_key], parent);
    }
    Some(row)
}

/// Does to a row what the server does when the row that it refers to changes.
fn carry_on(row: &mut Row, key: &ForeignKey, parent: &Row) {
    let clears = key.on_update == ForeignKeyAction::Clear;
    for (column, referenced) in key.child_columns.iter().zip(&key.parent_columns) {
        let value = parent.get(referenced.as_str()).filter(|_| !clears);
        row.insert(column.as_str().to_owned(), value.cloned().unwrap_or_default());
    }
}
