use std::collections::BTreeMap;
use std::ops::Range;

use pgrecall_journal::{Changes, Journal, TrackedTable};
use pgrecall_model::{
    Action, Change, Conflict, ForeignKey, Ident, Plan, Relation, RelationId, Selection, Step, TxId,
    UniqueKey,
};
use pgrecall_postgres::catalogue;

use crate::select::{RecordSelected, Selected, select};
use crate::{Cycle, Moved, NetEffect, Ordered, UndoError, conflict, net, order};

/// A plan with what is needed to carry it out.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// The stretches of its steps that can each be one statement.
    pub(crate) batches: Vec<Range<usize>>,
    /// The steps whose rows the server has changed by itself by the time of their turn.
    pub(crate) moved: Vec<Moved>,
    /// Where constraints must be deferred.
    pub(crate) cycles: Vec<Cycle>,
    /// The tables of its steps.
    pub(crate) tables: BTreeMap<RelationId, TrackedTable>,
    /// The tracked tables that refer to them.
    pub(crate) children: Vec<TrackedTable>,
    /// The foreign keys from and to them.
    pub(crate) foreign_keys: Vec<ForeignKey>,
    /// The only columns that are taken back, where it is not whole rows.
    pub(crate) columns: Option<Vec<String>>,
}

impl Prepared {
    /// The tables that the plan is about.
    pub fn tables(&self) -> impl Iterator<Item = &TrackedTable> {
        self.tables.values()
    }
}

/// Plans to take a selection back, and finds what stands in the way. Nothing is changed.
///
/// # Errors
/// When the selection means nothing, when the journal cannot tell, or when the server refuses.
pub async fn plan(journal: &Journal, selection: Selection) -> Result<Prepared, UndoError> {
    let changes = journal.changes().await?;
    let column = match &selection {
        Selection::Record(record) => record.column.clone(),
        Selection::Transactions(_) => None,
    };
    let (effect, reverses) = match select(journal, &selection).await? {
        Selected::Changes(selected) => effect_of(&changes, &selected, column.as_ref())?,
        Selected::Record(record) => {
            (effect_of_record(&record, column.as_ref())?, transactions(&record.changes))
        }
    };
    let mut prepared = arrange(journal, &changes, &effect, selection).await?;
    prepared.plan.reverses = reverses;
    prepared.columns = column.map(|column| vec![column.as_str().to_owned()]);
    let found = conflict::find(journal, &prepared, &effect).await?;
    prepared.plan.conflicts.extend(found);
    check_not_undone(journal, &prepared.plan).await?;
    Ok(prepared)
}

/// A transaction that was taken back meets its own undo as a later change; that needs another
/// answer than somebody else's work.
async fn check_not_undone(journal: &Journal, plan: &Plan) -> Result<(), UndoError> {
    let Selection::Transactions(ids) = &plan.selection else { return Ok(()) };
    if plan.conflicts.is_empty() {
        return Ok(());
    }
    for &tx in ids {
        let undone_by = journal.transaction(tx).await?.undone_by;
        let mut later = plan.conflicts.iter().flat_map(|conflict| &conflict.later).peekable();
        if let (Some(&by), Some(_)) = (undone_by.last(), later.peek())
            && later.all(|change| undone_by.contains(&change.tx))
        {
            return Err(UndoError::Already { tx, by });
        }
    }
    Ok(())
}

fn effect_of(
    changes: &Changes,
    selected: &[Change],
    column: Option<&Ident>,
) -> Result<(NetEffect, Vec<TxId>), UndoError> {
    let before_key = selected.iter().find_map(|change| {
        let table = changes.tables().find(|table| table.relation.name == change.table)?;
        (change.id < table.relation.since_change).then(|| change.table.clone())
    });
    if let Some(table) = before_key {
        return Err(UndoError::OtherKey(table));
    }
    let relations: Vec<_> = changes.tables().map(restorable).collect();
    let effect = net(selected, &relations, column.map(std::slice::from_ref));
    let whole =
        effect.whole_rows.first().and_then(|whole| selected.iter().find(|c| c.id == whole.change));
    if let Some(change) = whole {
        return Err(UndoError::WholeRow { tx: change.tx });
    }
    if effect.steps.is_empty() && effect.conflicts.is_empty() && effect.broken.is_empty() {
        return Err(UndoError::Nothing(
            "the changes left every row as they had found it".to_owned(),
        ));
    }
    Ok((effect, transactions(selected)))
}

/// The relation as far as its rows can be brought back: what the server computes needs no record.
fn restorable(table: &TrackedTable) -> Relation {
    let mut relation = table.relation.clone();
    let computed = |name: &Ident| table.columns.iter().any(|c| c.generated && c.name == *name);
    relation.excluded.retain(|name| !computed(name));
    relation
}

fn transactions(changes: &[Change]) -> Vec<TxId> {
    let mut ids: Vec<TxId> = changes.iter().map(|change| change.tx).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// One step from the record of today to that of then.
fn effect_of_record(
    record: &RecordSelected,
    column: Option<&Ident>,
) -> Result<NetEffect, UndoError> {
    let (action, columns) = match (&record.now, &record.then) {
        (Some(now), Some(then)) => {
            let differs = |name: &&String| now.get(*name) != then.get(*name);
            let concerned = |name: &&String| column.is_none_or(|column| column.as_str() == **name);
            (Action::Update, then.keys().filter(concerned).filter(differs).cloned().collect())
        }
        (None, Some(_)) => (Action::Insert, Vec::new()),
        (_, None) => (Action::Delete, Vec::new()),
    };
    match action {
        Action::Update if columns.is_empty() => {
            return Err(UndoError::Nothing("the field is as it was at that moment".to_owned()));
        }
        Action::Insert | Action::Delete if column.is_some() => {
            let tx = record.changes.last().map_or(TxId(0), |change| change.tx);
            return Err(UndoError::WholeRow { tx });
        }
        _ => {}
    }
    let step = Step {
        table: record.table.relation.name.clone(),
        relation: record.table.relation.id,
        key: Some(record.key.clone()),
        action,
        expected: record.now.clone(),
        target: record.then.clone(),
        columns,
        changes: record.changes.iter().map(|change| change.id).collect(),
    };
    Ok(NetEffect { steps: vec![step], ..NetEffect::default() })
}

/// Puts the steps into an order that the constraints accept.
async fn arrange(
    journal: &Journal,
    changes: &Changes,
    effect: &NetEffect,
    selection: Selection,
) -> Result<Prepared, UndoError> {
    let tables: BTreeMap<RelationId, TrackedTable> = effect
        .steps
        .iter()
        .filter_map(|step| Some((step.relation, changes.table(step.relation)?.clone())))
        .collect();
    let (present, gone) = conflict::present(&effect.steps, &tables);
    let tables: BTreeMap<RelationId, TrackedTable> =
        tables.into_iter().filter(|(_, table)| table.relation.oid.is_some()).collect();
    for table in tables.values() {
        table.check_key()?;
    }
    let oids: Vec<u32> = tables.values().filter_map(|table| table.relation.oid).collect();
    let foreign_keys = catalogue::foreign_keys(journal.client(), &oids).await?;
    let unique_keys: Vec<UniqueKey> = catalogue::unique_keys(journal.client(), &oids).await?;
    let steps = present.into_iter().chain(effect.returned.iter().cloned()).collect();
    let Ordered { mut steps, batches, moved, cycles } = order(steps, &foreign_keys, &unique_keys);
    for step in &mut steps {
        if let Some(table) = tables.get(&step.relation) {
            settle_columns(step, table);
        }
    }
    let conflicts: Vec<Conflict> = effect.conflicts.iter().cloned().chain(gone).collect();
    let plan = Plan { selection, reverses: Vec::new(), steps, conflicts };
    let refers =
        |table: &&TrackedTable| foreign_keys.iter().any(|key| key.child == table.relation.name);
    let children = changes
        .tables()
        .filter(|table| table.relation.oid.is_some())
        .filter(refers)
        .cloned()
        .collect();
    Ok(Prepared { plan, batches, moved, cycles, tables, children, foreign_keys, columns: None })
}

/// What the server computes it computes again; it cannot be set.
fn settle_columns(step: &mut Step, table: &TrackedTable) {
    let generated = |name: &String| {
        table.columns.iter().any(|column| column.generated && column.name.as_str() == name)
    };
    step.columns.retain(|name| !generated(name));
}
