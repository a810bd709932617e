//! The order in which single-row statements satisfy every constraint at once.

mod edge;
mod graph;
mod movement;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use pgrecall_model::{Action, ForeignKey, RelationName, Row, Step, UniqueKey};

use edge::{Cause, Constraints, Edge, Mover};

/// Steps in the order in which they are to be carried out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ordered {
    /// All steps that set something.
    pub steps: Vec<Step>,
    /// The stretches of `steps` that can each be one set-based statement: one table, one action,
    /// one set of columns, no row that takes a unique value which another row of the same
    /// stretch gives up (the server checks uniqueness row by row, in an order of its own), and
    /// no row that another row of the same stretch moves.
    pub batches: Vec<Range<usize>>,
    /// The steps whose rows the server has changed by itself by the time of their turn.
    pub moved: Vec<Moved>,
    /// Where no order satisfies every constraint.
    pub cycles: Vec<Cycle>,
}

/// A step that does not find the row it expects, because a foreign key carried the change of the
/// referenced row on to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Its place in the order.
    pub step: usize,
    /// The place of the first step that moves it, or its own.
    pub since: usize,
    /// The row that it finds instead, if nobody else interferes: perhaps its target already.
    /// Columns that the server sets to their defaults are null here.
    pub found: Row,
}

/// Steps that wait for one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// Their places in the order, ascending.
    pub steps: Vec<usize>,
    /// The foreign keys that the order violates for a while.
    pub foreign_keys: Vec<ForeignKey>,
    /// The unique keys that the order violates for a while.
    pub unique_keys: Vec<UniqueKey>,
}

impl Ordered {
    /// Whether constraints would have to be deferred.
    #[must_use]
    pub fn is_cyclic(&self) -> bool {
        !self.cycles.is_empty()
    }
}

/// Puts steps into an order in which each of them, as a statement of its own, satisfies the
/// foreign keys and unique keys.
///
/// Where these leave a choice, the change made last is taken back first, and steps of one table,
/// action and set of columns stay together. Where they leave no order at all, the result says
/// which constraints it violates on the way: those that would have to be deferred.
///
/// An update that sets no column stands for a row that stays as it is; it is not in the result.
/// It matters where the value that the row refers to passes from one row to another.
#[must_use]
pub fn order(
    mut steps: Vec<Step>,
    foreign_keys: &[ForeignKey],
    unique_keys: &[UniqueKey],
) -> Ordered {
    // From here on the number of a step says how early it would like to be.
    steps.sort_by_key(|step| Reverse(step.changes.iter().max().copied()));
    let constraints = Constraints { foreign_keys, unique_keys };
    let edges = edge::between(&mut steps, constraints);
    let components = graph::components(steps.len(), &edges.list);
    let (kept, dropped): (Vec<Edge>, Vec<Edge>) = edges
        .list
        .iter()
        .partition(|edge| edge.from < edge.to || components[edge.from] != components[edge.to]);
    let queue = Queue::new(&steps, &kept, &edges.movers);
    let (sequence, batches) = queue.run(steps.len());
    let places = Places::new(&steps, &sequence);
    Ordered {
        batches: places.batches(&batches),
        moved: places.moved(&steps, &edges.movers, constraints),
        cycles: places.cycles(&components, &dropped, constraints),
        steps: places.arrange(steps),
    }
}

/// Kahn's algorithm with a preference: the group of the step before, else the lowest number.
struct Queue<'a> {
    group: Vec<usize>,
    after: Vec<Vec<usize>>,
    waits_for: Vec<usize>,
    /// For each step those that must not be in its statement.
    apart: Vec<Vec<usize>>,
    ready: BTreeSet<usize>,
    ready_by_group: Vec<BTreeSet<usize>>,
    steps: &'a [Step],
}

type GroupKey<'a> = (&'a RelationName, Action, &'a [String]);

impl<'a> Queue<'a> {
    fn new(steps: &'a [Step], edges: &[Edge], movers: &[Mover]) -> Self {
        let mut groups: HashMap<GroupKey<'a>, usize> = HashMap::new();
        let mut group = Vec::with_capacity(steps.len());
        for step in steps {
            let next = groups.len();
            let key = (&step.table, step.action, step.columns.as_slice());
            group.push(*groups.entry(key).or_insert(next));
        }
        let mut queue = Self {
            group,
            after: vec![Vec::new(); steps.len()],
            waits_for: vec![0; steps.len()],
            apart: vec![Vec::new(); steps.len()],
            ready: BTreeSet::new(),
            ready_by_group: vec![BTreeSet::new(); groups.len()],
            steps,
        };
        for edge in edges {
            queue.after[edge.from].push(edge.to);
            queue.waits_for[edge.to] += 1;
            if matches!(edge.cause, Cause::Frees(_)) {
                queue.apart[edge.to].push(edge.from);
            }
        }
        for mover in movers {
            queue.apart[mover.moved].push(mover.cause);
        }
        for at in 0..steps.len() {
            queue.offer(at);
        }
        queue
    }

    fn offer(&mut self, at: usize) {
        if self.waits_for[at] == 0 {
            self.ready.insert(at);
            self.ready_by_group[self.group[at]].insert(at);
        }
    }

    /// The numbers of the steps in their order, and for each the number of its batch.
    fn run(mut self, count: usize) -> (Vec<usize>, Vec<usize>) {
        let mut sequence = Vec::with_capacity(count);
        let mut batch_of = vec![usize::MAX; count];
        let (mut batch, mut group) = (0, None);
        while let Some(at) = self.next(group) {
            // A row that stays is no statement, so it interrupts none.
            if !stays(&self.steps[at]) {
                let splits = self.apart[at].iter().any(|&other| batch_of[other] == batch);
                if group.is_some_and(|group| group != self.group[at] || splits) {
                    batch += 1;
                }
                group = Some(self.group[at]);
            }
            batch_of[at] = batch;
            sequence.push(at);
            for next in std::mem::take(&mut self.after[at]) {
                self.waits_for[next] -= 1;
                self.offer(next);
            }
        }
        let batches = sequence.iter().map(|&at| batch_of[at]).collect();
        (sequence, batches)
    }

    fn next(&mut self, group: Option<usize>) -> Option<usize> {
        let of_group = group.and_then(|group| self.ready_by_group[group].first());
        let at = of_group.or_else(|| self.ready.first()).copied()?;
        self.ready.remove(&at);
        self.ready_by_group[self.group[at]].remove(&at);
        Some(at)
    }
}

/// Whether nothing is to be done to the row.
fn stays(step: &Step) -> bool {
    step.action == Action::Update && step.columns.is_empty()
}

/// Where each step ended up, without the rows that stay.
struct Places {
    sequence: Vec<(usize, usize)>,
    place: Vec<Option<usize>>,
}

impl Places {
    fn new(steps: &[Step], sequence: &[usize]) -> Self {
        let mut place = vec![None; steps.len()];
        let listed = sequence.iter().copied().enumerate().filter(|&(_, at)| !stays(&steps[at]));
        let sequence: Vec<_> = listed.collect();
        for (to, &(_, at)) in sequence.iter().enumerate() {
            place[at] = Some(to);
        }
        Self { sequence, place }
    }

    fn batches(&self, batches: &[usize]) -> Vec<Range<usize>> {
        let numbers: Vec<_> =
            self.sequence.iter().map(|&(position, _)| batches[position]).collect();
        let mut start = 0;
        let runs = numbers.chunk_by(|one, next| one == next);
        let ranges = runs.map(|run| {
            let range = start..start + run.len();
            start = range.end;
            range
        });
        ranges.collect()
    }

    fn moved(&self, steps: &[Step], movers: &[Mover], constraints: Constraints<'_>) -> Vec<Moved> {
        let mut movers: Vec<_> = movers.iter().collect();
        movers.sort_unstable_by_key(|mover| (self.place[mover.moved], self.place[mover.cause]));
        let runs = movers.chunk_by(|one, next| one.moved == next.moved);
        let moved = runs.filter_map(|movers| {
            let moved = movers.first()?.moved;
            let causes = movers.iter().filter_map(|mover| self.place[mover.cause]);
            let since = causes.chain(self.place[moved]).min()?;
            let movers = movers.iter().copied();
            let found = movement::found(&steps[moved], movers, steps, constraints.foreign_keys)?;
            let step = self.place[moved]?;
            Some(Moved { step, since, found })
        });
        moved.collect()
    }

    fn cycles(
        &self,
        components: &[usize],
        dropped: &[Edge],
        constraints: Constraints<'_>,
    ) -> Vec<Cycle> {
        let mut causes: HashMap<usize, BTreeSet<Cause>> = HashMap::new();
        for edge in dropped {
            causes.entry(components[edge.from]).or_default().insert(edge.cause);
        }
        let mut members: HashMap<usize, Vec<usize>> = HashMap::new();
        for (place, &(_, at)) in self.sequence.iter().enumerate() {
            if causes.contains_key(&components[at]) {
                members.entry(components[at]).or_default().push(place);
            }
        }
        let mut cycles: Vec<_> = causes
            .into_iter()
            .map(|(component, causes)| {
                constraints.cycle(members.remove(&component).unwrap_or_default(), &causes)
            })
            .collect();
        cycles.sort_by(|one, other| one.steps.cmp(&other.steps));
        cycles
    }

    fn arrange(&self, steps: Vec<Step>) -> Vec<Step> {
        let mut steps: Vec<_> = steps.into_iter().map(Some).collect();
        self.sequence.iter().filter_map(|&(_, at)| steps[at].take()).collect()
    }
}
