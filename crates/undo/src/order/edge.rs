//! Which step must come before which, and because of what.

use std::collections::{BTreeSet, HashMap, HashSet};

use pgrecall_model::{
    Action, ForeignKey, ForeignKeyAction, Ident, RelationName, Row, Step, UniqueKey,
};

use super::Cycle;
use super::movement::Movement;
use crate::net::image;

/// What must hold after each step.
#[derive(Clone, Copy)]
pub(super) struct Constraints<'a> {
    pub(super) foreign_keys: &'a [ForeignKey],
    pub(super) unique_keys: &'a [UniqueKey],
}

/// One step must come before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) cause: Cause,
}

/// Why it must, with the number of the constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Cause {
    /// The foreign key's row that the later step refers to comes to be with the earlier one.
    Provides(usize),
    /// The earlier step lets go of the foreign key's row that the later one removes.
    Releases(usize),
    /// The earlier step gives up the unique value that the later one takes.
    Frees(usize),
}

/// A step by which the server, obeying a foreign key, changes the row of another step.
pub(super) struct Mover {
    pub(super) cause: usize,
    pub(super) moved: usize,
    pub(super) foreign_key: usize,
}

/// All that is known about the order.
#[derive(Default)]
pub(super) struct Edges {
    pub(super) list: Vec<Edge>,
    pub(super) movers: Vec<Mover>,
}

/// Compares the rows before and after the steps with the constraints.
///
/// A row that stays as it is but would be changed by the server on the way becomes a step that
/// sets the columns in question again.
pub(super) fn between(steps: &mut [Step], constraints: Constraints<'_>) -> Edges {
    let mut edges = Edges::default();
    for (number, unique) in constraints.unique_keys.iter().enumerate() {
        let passing = Passing::of(steps, &unique.table, &unique.columns);
        edges.add_unique(number, &passing);
    }
    for (number, foreign) in constraints.foreign_keys.iter().enumerate() {
        let passing = Passing::of(steps, &foreign.parent, &foreign.parent_columns);
        if passing.is_empty() {
            continue;
        }
        for at in 0..steps.len() {
            if steps[at].table == foreign.child {
                edges.add_reference(steps, &passing, (number, foreign), at);
            }
        }
    }
    edges.consider_movement(steps, constraints);
    let mut seen = HashSet::new();
    edges.list.retain(|edge| edge.from != edge.to && seen.insert(*edge));
    edges
}

/// The values of a unique set of columns that come, go, or pass from one row to another.
struct Passing {
    given: HashMap<String, usize>,
    taken: HashMap<String, usize>,
    /// By step, what it gives and takes.
    steps: HashMap<usize, (Option<String>, Option<String>)>,
}

impl Passing {
    fn of(steps: &[Step], table: &RelationName, columns: &[Ident]) -> Self {
        let (given, taken, by_step) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut passing = Self { given, taken, steps: by_step };
        for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.table == *table) {
            let before = values(step.expected.as_ref(), columns);
            let after = values(step.target.as_ref(), columns);
            if before == after {
                continue;
            }
            passing.given.extend(before.clone().map(|value| (value, at)));
            passing.taken.extend(after.clone().map(|value| (value, at)));
            passing.steps.insert(at, (before, after));
        }
        passing
    }

    fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    fn giver(&self, value: Option<&String>) -> Option<usize> {
        self.given.get(value?).copied()
    }

    fn taker(&self, value: Option<&String>) -> Option<usize> {
        self.taken.get(value?).copied()
    }

    /// What the columns become in the row that gives up their present value.
    fn successor(&self, giver: usize) -> Option<&String> {
        self.steps.get(&giver)?.1.as_ref()
    }
}

pub(super) fn values(row: Option<&Row>, columns: &[Ident]) -> Option<String> {
    image::values(row?, columns)
}

impl Edges {
    fn add(&mut self, from: usize, to: usize, cause: Cause) {
        self.list.push(Edge { from, to, cause });
    }

    fn add_unique(&mut self, number: usize, passing: &Passing) {
        for (value, &taker) in &passing.taken {
            if let Some(&giver) = passing.given.get(value) {
                self.add(giver, taker, Cause::Frees(number));
            }
        }
    }

    fn add_reference(
        &mut self,
        steps: &mut [Step],
        passing: &Passing,
        (number, foreign): (usize, &ForeignKey),
        at: usize,
    ) {
        let before = values(steps[at].expected.as_ref(), &foreign.child_columns);
        let after = values(steps[at].target.as_ref(), &foreign.child_columns);
        let giver = passing.giver(before.as_ref()).filter(|&giver| giver != at);
        let taker = passing.taker(after.as_ref()).filter(|&taker| taker != at);
        // The row it refers to goes and another comes in its place; only the reference stays.
        let is_kept = before == after;
        if let Some(taker) = taker
            && (!is_kept || passing.giver(before.as_ref()).is_some())
        {
            self.add(taker, at, Cause::Provides(number));
        }
        let Some(giver) = giver else { return };
        let is_updated = steps[giver].action == Action::Update;
        let carries_on = is_updated && carries_on(foreign, &steps[at]);
        let follows = after.is_some() && after.as_ref() == passing.successor(giver);
        let is_carried_off = is_kept && after.is_some() && taker.is_some();
        if carries_on && (follows || is_carried_off) {
            self.add(giver, at, Cause::Provides(number));
            self.movers.push(Mover { cause: giver, moved: at, foreign_key: number });
            // Of several columns all are cleared, also those whose value only seems to stay.
            if is_carried_off || foreign.on_update == ForeignKeyAction::Clear {
                set_again(&mut steps[at], &foreign.child_columns);
            }
            return;
        }
        self.add(at, giver, Cause::Releases(number));
        if is_kept && let Some(taker) = taker {
            // Nothing else would show that this cannot be, if uniqueness were not among the
            // constraints.
            self.add(giver, taker, Cause::Releases(number));
        }
    }

    /// Corrects the edges of rows that the server changes along with others.
    fn consider_movement(&mut self, steps: &[Step], constraints: Constraints<'_>) {
        if self.movers.is_empty() {
            return;
        }
        let movement = Movement::of(&self.movers, steps, constraints);
        self.list.retain(|&edge| !movement.settles(edge));
        let mut more = Vec::new();
        for &edge in &self.list {
            movement.bring_forward(edge, &mut more);
        }
        for (number, unique) in constraints.unique_keys.iter().enumerate() {
            let passing = Passing::of(steps, &unique.table, &unique.columns);
            // Nobody holds these values before: what it refers to by them is only just coming.
            for (at, row) in movement.passing_through(&unique.table) {
                let value = image::values(row, &unique.columns);
                if let Some(taker) = passing.taker(value.as_ref()).filter(|&taker| taker != at) {
                    more.push(Edge { from: at, to: taker, cause: Cause::Frees(number) });
                }
            }
        }
        self.list.append(&mut more);
    }
}

/// Whether the server changes the row when the one that it refers to gets another key. It cannot
/// clear what is part of the row's own key.
fn carries_on(foreign: &ForeignKey, step: &Step) -> bool {
    let is_of_key = |column: &Ident| {
        step.key.as_ref().is_some_and(|key| key.values().contains_key(column.as_str()))
    };
    match foreign.on_update {
        ForeignKeyAction::Refuse => false,
        ForeignKeyAction::Cascade => true,
        ForeignKeyAction::Clear => !foreign.child_columns.iter().any(is_of_key),
    }
}

fn set_again(step: &mut Step, columns: &[Ident]) {
    for column in columns {
        if !step.columns.iter().any(|name| name == column.as_str()) {
            step.columns.push(column.as_str().to_owned());
        }
    }
}

impl Constraints<'_> {
    /// The report of steps that cannot be ordered without violating these constraints.
    pub(super) fn cycle(self, steps: Vec<usize>, causes: &BTreeSet<Cause>) -> Cycle {
        let mut cycle = Cycle { steps, foreign_keys: Vec::new(), unique_keys: Vec::new() };
        for cause in causes {
            match *cause {
                Cause::Provides(number) | Cause::Releases(number) => {
                    let key = &self.foreign_keys[number];
                    if !cycle.foreign_keys.contains(key) {
                        cycle.foreign_keys.push(key.clone());
                    }
                }
                Cause::Frees(number) => cycle.unique_keys.push(self.unique_keys[number].clone()),
            }
        }
        cycle
    }
}
