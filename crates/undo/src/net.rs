//! The net effect of changes, row by row: from what the rows are to what they were.

mod chain;
pub(crate) mod image;
mod nested;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use pgrecall_model::{
    Action, Change, ChangeId, Conflict, ConflictKind, Ident, Key, Operation, Relation, RelationId,
    RelationName, Row, Step,
};

use chain::{Chain, Chains};

/// What taking changes back amounts to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NetEffect {
    /// What is to be done, in no order that constraints would accept.
    pub steps: Vec<Step>,
    /// The rows that the changes left as they had found them: updates of no column. Nothing is
    /// to be done to them, but [`order`](crate::order()) must know of those that refer to other
    /// rows.
    pub returned: Vec<Step>,
    /// Where other changes lie between two of one row.
    pub broken: Vec<Broken>,
    /// The changes of whole rows, where only columns were to be taken back. No step stands for
    /// them.
    pub whole_rows: Vec<WholeRow>,
    /// What the journal does not hold. The steps in question are among the steps all the same.
    pub conflicts: Vec<Conflict>,
}

/// Two consecutive changes of one row of which the later did not find what the earlier had left,
/// because a change that is not to be taken back lies between them.
///
/// Both are among the changes of one step, or of none if the row is back where it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// The table.
    pub table: RelationName,
    /// The same as the journal's number.
    pub relation: RelationId,
    /// The row as the later change found it.
    pub key: Option<Key>,
    /// The earlier change.
    pub left: ChangeId,
    /// The later change.
    pub found: ChangeId,
}

/// A change that made or removed a row, which cannot be taken back for one column only.
#[derive(Debug, Clone, PartialEq)]
pub struct WholeRow {
    /// The table.
    pub table: RelationName,
    /// The row.
    pub key: Option<Key>,
    /// The change.
    pub change: ChangeId,
    /// What it did.
    pub op: Operation,
}

/// Reduces the changes that are to be taken back to at most one step per row.
///
/// With `columns` only these are taken back: whether changes of a row follow upon each other and
/// whether anything is left to do is then judged by them alone. The images in the steps are whole
/// rows either way.
#[must_use]
pub fn net(changes: &[Change], relations: &[Relation], columns: Option<&[Ident]>) -> NetEffect {
    let relations: HashMap<_, _> = relations.iter().map(|known| (&known.name, known)).collect();
    let mut tables: BTreeMap<&RelationName, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        tables.entry(&change.table).or_default().push(change);
    }
    let mut effect = NetEffect::default();
    for (table, mut changes) in tables {
        changes.sort_unstable_by_key(|change| change.id);
        changes.dedup_by_key(|change| change.id);
        match relations.get(table) {
            Some(relation) => effect.add_table(relation, &changes, columns),
            None => effect.conflicts.push(conflict(
                ConflictKind::TableGone,
                table,
                None,
                "the table is not one that the journal knows".to_owned(),
            )),
        }
    }
    effect
}

impl NetEffect {
    fn add_table(&mut self, relation: &Relation, changes: &[&Change], columns: Option<&[Ident]>) {
        let mut followed = Vec::with_capacity(changes.len());
        for &change in changes {
            if !has_its_images(change) {
                let message = format!("the journal does not hold the row of change {}", change.id);
                let key = change.key.clone();
                let kind = ConflictKind::NotRecorded;
                self.conflicts.push(conflict(kind, &relation.name, key, message));
            } else if columns.is_some() && change.op != Operation::Update {
                self.whole_rows.push(WholeRow {
                    table: relation.name.clone(),
                    key: change.key.clone(),
                    change: change.id,
                    op: change.op,
                });
            } else {
                followed.push(change);
            }
        }
        for chain in chains(relation, followed, columns) {
            self.add_row(relation, chain, columns);
        }
    }

    fn add_row(&mut self, relation: &Relation, mut chain: Chain<'_>, columns: Option<&[Ident]>) {
        self.broken.append(&mut chain.breaks);
        let reborn = chain.reborn;
        let Some(step) = step(relation, chain, columns) else { return };
        let missing = missing(relation, &step, reborn);
        if !missing.is_empty() {
            self.conflicts.push(conflict(
                ConflictKind::NotRecorded,
                &relation.name,
                step.key.clone(),
                format!("the journal does not hold the values of {}", missing.join(", ")),
            ));
        }
        if step.action == Action::Update && step.columns.is_empty() {
            self.returned.push(step);
        } else {
            self.steps.push(step);
        }
    }
}

/// The rows, followed in the order in which their changes were recorded, or in the order in which
/// triggers made them if more of them join up that way.
fn chains<'a>(
    relation: &'a Relation,
    mut changes: Vec<&'a Change>,
    columns: Option<&'a [Ident]>,
) -> Vec<Chain<'a>> {
    let recorded = follow(relation, &changes, columns);
    let breaks: Vec<&Broken> = recorded.iter().flat_map(|chain| &chain.breaks).collect();
    if !nested::untangle(&mut changes, &breaks) {
        return recorded;
    }
    let untangled = follow(relation, &changes, columns);
    let breaks_then = untangled.iter().map(|chain| chain.breaks.len()).sum::<usize>();
    if breaks_then < breaks.len() { untangled } else { recorded }
}

fn follow<'a>(
    relation: &'a Relation,
    changes: &[&'a Change],
    columns: Option<&'a [Ident]>,
) -> Vec<Chain<'a>> {
    let mut chains = Chains::new(relation, columns);
    for &change in changes {
        chains.follow(change);
    }
    chains.finish()
}

/// An update without an image would look like an insert or a delete.
fn has_its_images(change: &Change) -> bool {
    let images = (change.old.is_some(), change.new.is_some());
    images
        == match change.op {
            Operation::Insert => (false, true),
            Operation::Update => (true, true),
            Operation::Delete | Operation::Truncate => (true, false),
        }
}

fn step(relation: &Relation, chain: Chain<'_>, columns: Option<&[Ident]>) -> Option<Step> {
    let target = chain.before.map(std::borrow::Cow::into_owned);
    let expected = chain.after.cloned();
    let (action, named, columns) = match (&expected, &target) {
        (None, None) => return None,
        (None, Some(target)) => (Action::Insert, target, Vec::new()),
        (Some(expected), None) => (Action::Delete, expected, Vec::new()),
        (Some(expected), Some(target)) => {
            (Action::Update, expected, differing(expected, target, columns))
        }
    };
    let mut changes = chain.changes;
    changes.sort_unstable();
    Some(Step {
        table: relation.name.clone(),
        relation: relation.id,
        key: Key::of(&relation.key, named),
        action,
        expected,
        target,
        columns,
        changes,
    })
}

/// The columns whose values are not the same, in the order of the table.
fn differing(expected: &Row, target: &Row, columns: Option<&[Ident]>) -> Vec<String> {
    let asked = |name: &str| {
        columns.is_none_or(|columns| columns.iter().any(|column| column.as_str() == name))
    };
    let added = expected.keys().filter(|&name| !target.contains_key(name));
    target
        .keys()
        .chain(added)
        .filter(|&name| asked(name) && expected.get(name) != target.get(name))
        .cloned()
        .collect()
}

/// The columns that a step needs and of which the journal does not hold the values.
fn missing(relation: &Relation, step: &Step, reborn: bool) -> Vec<String> {
    let hashed = |name: &str| relation.hashed.iter().any(|column| column.as_str() == name);
    let mut missing = unidentified(relation, step);
    if let Some(target) = &step.target {
        // A row that was removed and made again has other values in the columns that were left
        // out, even where all that was recorded is the same.
        if step.action == Action::Insert || reborn {
            let excluded = relation.excluded.iter().map(Ident::as_str);
            missing.extend(excluded.filter(|&name| !target.contains_key(name)));
        }
        let set = |name: &&str| match step.action {
            Action::Insert => true,
            Action::Update | Action::Delete => step.columns.iter().any(|column| column == name),
        };
        // Null is the only value whose hash tells it.
        let lost = |name: &&str| target.get(*name).is_some_and(|value| !value.is_null());
        let names = target.keys().map(String::as_str);
        missing.extend(names.filter(|name| hashed(name) && lost(name)).filter(set));
        let names = step.columns.iter().map(String::as_str);
        missing.extend(names.filter(|&name| !target.contains_key(name)));
    }
    missing.sort_unstable();
    missing.dedup();
    missing
        .into_iter()
        .filter_map(|name| Ident::new(name).ok())
        .map(|name| name.to_string())
        .collect()
}

/// The columns without which the row of a step cannot be told from others.
fn unidentified<'a>(relation: &'a Relation, step: &'a Step) -> Vec<&'a str> {
    let Some(row) = step.expected.as_ref().or(step.target.as_ref()) else { return Vec::new() };
    if !relation.key.is_empty() {
        let key = relation.key.iter().map(Ident::as_str);
        return key.filter(|&name| !relation.records(name) || !row.contains_key(name)).collect();
    }
    if step.action == Action::Insert {
        return Vec::new();
    }
    relation.excluded.iter().chain(&relation.hashed).map(Ident::as_str).collect()
}

fn conflict(
    kind: ConflictKind,
    table: &RelationName,
    key: Option<Key>,
    message: String,
) -> Conflict {
    Conflict { kind, table: table.clone(), key, message, later: Vec::new() }
}
