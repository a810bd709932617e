//! What is done about conflicts where somebody said what: steps are left out, changed or added.

use std::collections::BTreeMap;

use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{
    Action, Conflict, ConflictKind, Key, Policies, Policy, RelationName, Row, Step,
};
use pgrecall_postgres::{ServerError, Template};
use serde::{Deserialize, Serialize};

use crate::conflict::{self, Found};
use crate::recorded::{is_hashed, named, shown};
use crate::statement::columns;
use crate::steps::as_text;
use crate::{Broken, Prepared, UndoError};

/// What is done about one conflict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Of which kind it is.
    pub kind: ConflictKind,
    /// The table.
    pub table: RelationName,
    /// The row.
    pub key: Option<Key>,
    /// What is done.
    pub policy: Policy,
}

/// What was decided about conflicts before they were found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decisions {
    /// By their kind.
    pub policies: Policies,
    /// One by one; these come first.
    pub each: Vec<Decision>,
}

impl Decisions {
    /// Whether every conflict is only told.
    pub(crate) fn is_abort(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn of(&self, kind: ConflictKind, table: &RelationName, key: Option<&Key>) -> Policy {
        let decided = self.each.iter().find(|decision| {
            decision.kind == kind && decision.table == *table && decision.key.as_ref() == key
        });
        let fits = decided.filter(|decision| kind.policies().contains(&decision.policy));
        fits.map_or_else(|| self.policies.of(kind), |decision| decision.policy)
    }
}

/// What became of the steps with conflicts.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub(crate) steps: Vec<Step>,
    /// What nothing was decided about.
    pub(crate) left: Vec<Found>,
    pub(crate) is_changed: bool,
}

/// Steps that cannot be carried out as they are, for reasons that lie in the table.
pub(crate) fn settle_gone(
    gone: Vec<(Step, Conflict)>,
    tables: &BTreeMap<pgrecall_model::RelationId, TrackedTable>,
    decisions: &Decisions,
) -> (Vec<Step>, Vec<Conflict>) {
    let (mut steps, mut conflicts) = (Vec::new(), Vec::new());
    for (mut step, conflict) in gone {
        match decisions.of(conflict.kind, &step.table, conflict.key.as_ref()) {
            Policy::Skip => {}
            Policy::Merge => {
                let Some(table) = tables.get(&step.relation) else { continue };
                let missing = conflict::missing(&step, table);
                step.columns.retain(|name| !missing.contains(name));
                if let Some(target) = &mut step.target {
                    target.retain(|name, _| !missing.contains(name));
                }
                if step.action != Action::Update || !step.columns.is_empty() {
                    steps.push(step);
                }
            }
            Policy::Abort | Policy::Overwrite | Policy::Cascade => conflicts.push(conflict),
        }
    }
    (steps, conflicts)
}

/// Rows of which the journal does not hold everything: left out, or told.
pub(crate) fn settle_unrecorded(
    steps: &mut Vec<Step>,
    conflicts: &[Conflict],
    decisions: &Decisions,
) -> Vec<Conflict> {
    let mut left = Vec::new();
    for conflict in conflicts {
        if decisions.of(conflict.kind, &conflict.table, conflict.key.as_ref()) == Policy::Skip {
            steps.retain(|step| step.table != conflict.table || step.key != conflict.key);
        } else {
            left.push(conflict.clone());
        }
    }
    left
}

/// Other changes between those that are taken back: gives those about which nothing was decided.
pub(crate) fn settle_broken<'b>(
    steps: &mut Vec<Step>,
    broken: &'b [Broken],
    decisions: &Decisions,
) -> Vec<&'b Broken> {
    let mut left = Vec::new();
    for one in broken {
        match decisions.of(ConflictKind::ChangedLater, &one.table, one.key.as_ref()) {
            Policy::Overwrite => {}
            Policy::Skip | Policy::Merge => steps.retain(|s| !s.changes.contains(&one.found)),
            Policy::Abort | Policy::Cascade => left.push(one),
        }
    }
    left
}

/// Does what was decided about the conflicts of steps that are written in this order.
pub(crate) async fn settle(
    journal: &Journal,
    prepared: &Prepared,
    (steps, found): (Vec<Step>, Vec<Found>),
    decisions: &Decisions,
) -> Result<Settled, UndoError> {
    let mut by_position: BTreeMap<usize, Found> = BTreeMap::new();
    for one in found {
        by_position.insert(usize::try_from(one.position).unwrap_or(usize::MAX), one);
    }
    let mut settled = Settled::default();
    for (at, step) in steps.into_iter().enumerate() {
        let Some(found) = by_position.remove(&at) else {
            settled.steps.push(step);
            continue;
        };
        let table = prepared.tables.get(&step.relation);
        let key = step.key.as_ref().zip(table).map(|(key, table)| shown(table, key));
        let policy = match decisions.of(found.kind, &step.table, key.as_ref()) {
            Policy::Abort if found.kind == ConflictKind::ChangedLater => {
                decisions.of(ConflictKind::Gap, &step.table, key.as_ref())
            }
            policy => policy,
        };
        settled.apply(journal, prepared, (step, found), policy).await?;
    }
    Ok(settled)
}

impl Settled {
    async fn apply(
        &mut self,
        journal: &Journal,
        prepared: &Prepared,
        (step, found): (Step, Found),
        policy: Policy,
    ) -> Result<(), UndoError> {
        let table = prepared.tables.get(&step.relation);
        match policy {
            Policy::Skip => self.is_changed = true,
            Policy::Merge | Policy::Overwrite => {
                let Some(table) = table.filter(|table| !table.relation.key.is_empty()) else {
                    self.keep(step, found);
                    return Ok(());
                };
                let now = current(journal, table, &step).await?;
                let changed = if policy == Policy::Merge {
                    merged(step, now.as_ref())
                } else {
                    overwriting(step, now, prepared.columns.as_deref())
                };
                self.steps.extend(changed);
                self.is_changed = true;
            }
            Policy::Cascade => {
                let dependants = dependants(journal, prepared, &found).await?;
                if dependants.is_empty() {
                    self.keep(step, found);
                    return Ok(());
                }
                self.steps.push(step);
                self.steps.extend(dependants);
                self.is_changed = true;
            }
            Policy::Abort => self.keep(step, found),
        }
        Ok(())
    }

    fn keep(&mut self, step: Step, found: Found) {
        self.steps.push(step);
        self.left.push(found);
    }
}

/// The columns that were not touched since are taken back.
fn merged(mut step: Step, now: Option<&Row>) -> Option<Step> {
    let (Action::Update, Some(now)) = (step.action, now) else { return None };
    let expected = step.expected.take()?;
    step.columns.retain(|name| now.get(name) == expected.get(name));
    step.expected = Some(now.clone());
    (!step.columns.is_empty()).then_some(step)
}

/// The row becomes what it was, whatever it is now.
fn overwriting(mut step: Step, now: Option<Row>, columns: Option<&[String]>) -> Option<Step> {
    let target = step.target.as_ref();
    (step.action, step.columns) = match (&now, target) {
        (None, None) => return None,
        (None, Some(_)) if columns.is_some() => return None,
        (None, Some(_)) => (Action::Insert, Vec::new()),
        (Some(_), None) => (Action::Delete, Vec::new()),
        (Some(now), Some(target)) => {
            let concerned = |name: &String| columns.is_none_or(|columns| columns.contains(name));
            let differing = target
                .iter()
                .filter(|(name, value)| concerned(name) && now.get(*name) != Some(value));
            let columns: Vec<String> = differing.map(|(name, _)| name.clone()).collect();
            if columns.is_empty() {
                return None;
            }
            (Action::Update, columns)
        }
    };
    step.expected = now;
    Some(step)
}

/// The row of today under the key of a step, as far as it is recorded.
async fn current(
    journal: &Journal,
    table: &TrackedTable,
    step: &Step,
) -> Result<Option<Row>, UndoError> {
    let Some(row) = step.expected.as_ref().or(step.target.as_ref()) else { return Ok(None) };
    let sql = Template::new(include_str!("../sql/current.sql"))
        .with("table", &table.relation.name)
        .with("live_table", &table.from_clause())
        .with_all("columns", all_columns(table), ", ")
        .with_all("row_key", columns("r", &table.relation.key), ", ")
        .with_all("given_key", columns("(k.image)", &table.relation.key), ", ")
        .sql();
    let row = journal.client().query_opt(&sql, &[&as_text(table, row)]).await?;
    row.map(|row| recorded_row(table, row.try_get("row")?)).transpose()
}

/// The steps that remove the rows which refer to what a step removes.
async fn dependants(
    journal: &Journal,
    prepared: &Prepared,
    found: &Found,
) -> Result<Vec<Step>, UndoError> {
    let mut steps = Vec::new();
    for key in &prepared.foreign_keys {
        let child = prepared.children.iter().find(|table| table.relation.name == key.child);
        let (Some(parent), Some(child)) = (prepared.table_named(&key.parent), child) else {
            continue;
        };
        let sql =
            conflict::referring(include_str!("../sql/dependant_rows.sql"), key, parent, prepared)
                .with_all("columns", all_columns(child), ", ")
                .sql();
        for row in journal.client().query(&sql, &[&found.position]).await? {
            let row = recorded_row(child, row.try_get("row")?)?;
            let step = Step {
                table: child.relation.name.clone(),
                relation: child.relation.id,
                key: Key::of(&child.relation.key, &row),
                action: Action::Delete,
                expected: Some(row),
                target: None,
                columns: Vec::new(),
                changes: Vec::new(),
            };
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
    }
    Ok(steps)
}

fn all_columns(table: &TrackedTable) -> impl Iterator<Item = Template> {
    let names: Vec<_> = table.columns.iter().map(|column| column.name.clone()).collect();
    columns("r", &names).collect::<Vec<_>>().into_iter()
}

fn recorded_row(table: &TrackedTable, text: &str) -> Result<Row, UndoError> {
    let names = table.columns.iter().map(|column| column.name.as_str());
    let mut row = named(names, text)
        .ok_or_else(|| ServerError::unexpected("the server gives a row of other columns"))?;
    row.retain(|name, _| table.relation.records(name) && !is_hashed(&table.relation.hashed, name));
    Ok(row)
}
