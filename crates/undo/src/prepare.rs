use std::collections::BTreeMap;

use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{
    Action, Change, Conflict, ConflictKind, Counts, ForeignKey, Ident, Plan, PlanHash, Relation,
    RelationId, RelationName, Selection, Step, TxId, UniqueKey,
};
use pgrecall_postgres::Template;

use crate::conflict::{self, Found};
use crate::recorded::{Recorded, shown};
use crate::run::{Part, parts::Inseparable};
use crate::select::{Chosen, select};
use crate::settle::{self, Decisions, Settled};
use crate::steps::{self, Batch};
use crate::{Broken, NetEffect, Ordered, Rights, UndoError, bulk, net, order, rights};

/// How often what was decided about conflicts may lead to others.
const ROUNDS: usize = 20;

/// How a selection is planned.
#[derive(Debug, Clone, PartialEq)]
pub struct Planning {
    /// What is done about conflicts.
    pub decisions: Decisions,
    /// From how many changes on the server works out the net effect, where they are plain.
    pub bulk_from: i64,
    /// With whose rights the tables are looked at and changed.
    pub rights: Rights,
}

impl Default for Planning {
    fn default() -> Self {
        Self { decisions: Decisions::default(), bulk_from: 10_000, rights: Rights::User }
    }
}

/// A plan with what is needed to carry it out, on the connection on which it was made.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// Tells its steps from those of other plans.
    pub(crate) number: i64,
    /// Its steps by the statements that carry them out, in their order.
    pub(crate) batches: Vec<Batch>,
    /// Whether no order satisfies every constraint, so that some must be deferred.
    pub(crate) is_cyclic: bool,
    /// The stretches of steps between which it cannot be cut.
    pub(crate) inseparable: Vec<Inseparable>,
    /// The part of a run that it is.
    pub(crate) part: Option<Part>,
    /// The owner of the tables, where it is the owner's rights that hold.
    pub(crate) owner: Option<Ident>,
    /// Whether the server worked it out.
    pub(crate) bulk: bool,
    /// The tables of its steps.
    pub(crate) tables: BTreeMap<RelationId, TrackedTable>,
    /// The tracked tables that refer to them.
    pub(crate) children: Vec<TrackedTable>,
    /// The foreign keys from and to them.
    pub(crate) foreign_keys: Vec<ForeignKey>,
    /// What must be unique in them.
    pub(crate) unique_keys: Vec<UniqueKey>,
    /// The only columns that are taken back, where it is not whole rows.
    pub(crate) columns: Option<Vec<String>>,
}

impl Prepared {
    /// The tables that the plan is about.
    pub fn tables(&self) -> impl Iterator<Item = &TrackedTable> {
        self.tables.values()
    }

    /// Whether the server worked it out, because the changes are many and plain.
    #[must_use]
    pub fn is_bulk(&self) -> bool {
        self.bulk
    }

    /// How many rows it brings to what they were.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.batches.iter().map(|batch| batch.steps).sum()
    }

    pub(crate) fn rights(&self) -> Rights {
        if self.owner.is_some() { Rights::Owner } else { Rights::User }
    }

    pub(crate) fn work(&self) -> impl Iterator<Item = (&TrackedTable, &Batch)> {
        self.batches.iter().filter_map(|batch| Some((self.tables.get(&batch.relation)?, batch)))
    }

    pub(crate) fn table_named(&self, name: &RelationName) -> Option<&TrackedTable> {
        self.tables.values().find(|table| table.relation.name == *name)
    }
}

/// Plans to take a selection back, and finds what stands in the way. Nothing is changed.
///
/// The steps are kept on the connection until another plan is made on it.
///
/// # Errors
/// When the selection means nothing, when the journal cannot tell, or when the server refuses.
pub async fn plan(journal: &Journal, selection: Selection) -> Result<Prepared, UndoError> {
    plan_with(journal, selection, &Planning::default()).await
}

/// The same, with what was decided about conflicts.
///
/// # Errors
/// As [`plan`].
pub async fn plan_with(
    journal: &Journal,
    selection: Selection,
    planning: &Planning,
) -> Result<Prepared, UndoError> {
    let client = journal.client();
    client.batch_execute(include_str!("../sql/steps.sql")).await?;
    if planning.rights == Rights::Owner {
        client.batch_execute(include_str!("../sql/open_steps.sql")).await?;
    }
    client.batch_execute(include_str!("../sql/begin_planning.sql")).await?;
    let prepared = prepare(journal, selection, planning).await;
    let end = if prepared.is_ok() { "COMMIT" } else { "ROLLBACK" };
    client.batch_execute(end).await?;
    prepared
}

async fn prepare(
    journal: &Journal,
    selection: Selection,
    planning: &Planning,
) -> Result<Prepared, UndoError> {
    let recorded = Recorded::open(journal).await?;
    let chosen = select(journal, &recorded, &selection).await?;
    let count = count(journal, &chosen, planning.bulk_from.max(1)).await?;
    if count == 0 {
        return Err(UndoError::Nothing(chosen.nothing));
    }
    let mut prepared = None;
    if count >= planning.bulk_from && chosen.columns.is_none() {
        prepared = in_bulk(journal, &recorded, (&selection, &chosen), planning).await?;
    }
    let mut prepared = match prepared {
        Some(prepared) => prepared,
        None => one_by_one(journal, &recorded, (selection, &chosen), planning).await?,
    };
    prepared.plan.conflicts.extend(conflict::forbidden(journal.client(), &prepared).await?);
    prepared.plan.hash = steps::hash(journal, &prepared.plan.selection).await?;
    prepared.plan.rows = counts(&prepared);
    for conflict in &mut prepared.plan.conflicts {
        let table = recorded.tables().find(|table| table.relation.name == conflict.table);
        if let (Some(table), Some(key)) = (table, &conflict.key) {
            conflict.key = Some(shown(table, key));
        }
    }
    check_not_undone(journal, &prepared.plan).await?;
    Ok(prepared)
}

async fn count(journal: &Journal, chosen: &Chosen, enough: i64) -> Result<i64, UndoError> {
    let sql = Template::new(include_str!("../sql/count.sql"))
        .with("chosen", &chosen.sql)
        .with("enough", &enough)
        .sql();
    Ok(journal.client().query_one(&sql, &[]).await?.try_get("changes")?)
}

/// A transaction that was taken back meets its own undo as a later change; that needs another
/// answer than somebody else's work.
async fn check_not_undone(journal: &Journal, plan: &Plan) -> Result<(), UndoError> {
    let Selection::Changes(changes) = &plan.selection else { return Ok(()) };
    if plan.conflicts.is_empty() {
        return Ok(());
    }
    for tx in changes.transactions.iter().filter(|range| range.is_single()).map(|r| r.first) {
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

/// An empty plan for these tables.
pub(crate) async fn empty(
    journal: &Journal,
    recorded: &Recorded,
    (selection, rights): (Selection, Rights),
    tables: BTreeMap<RelationId, TrackedTable>,
) -> Result<Prepared, UndoError> {
    for table in tables.values() {
        table.check_key()?;
    }
    let (foreign_keys, unique_keys) = conflict::constraints(journal, &tables).await?;
    let owner = match rights {
        Rights::User => None,
        Rights::Owner => {
            let oids: Vec<u32> = tables.values().filter_map(|table| table.relation.oid).collect();
            rights::owner(journal.client(), &oids).await?
        }
    };
    let refers =
        |table: &&TrackedTable| foreign_keys.iter().any(|key| key.child == table.relation.name);
    let there = |table: &&TrackedTable| table.relation.oid.is_some();
    let children = recorded.tables().filter(there).filter(refers).cloned().collect();
    Ok(Prepared {
        plan: Plan {
            selection,
            reverses: Vec::new(),
            rows: BTreeMap::new(),
            conflicts: Vec::new(),
            more_conflicts: 0,
            hash: PlanHash::default(),
        },
        number: steps::next_plan(),
        batches: Vec::new(),
        is_cyclic: false,
        inseparable: Vec::new(),
        part: None,
        owner,
        bulk: false,
        tables,
        children,
        foreign_keys,
        unique_keys,
        columns: None,
    })
}

/// The plan as the server works it out; `None` where only the pure planning will do.
async fn in_bulk(
    journal: &Journal,
    recorded: &Recorded,
    (selection, chosen): (&Selection, &Chosen),
    planning: &Planning,
) -> Result<Option<Prepared>, UndoError> {
    let number = steps::next_plan();
    let Some(bulk) = bulk::plan(journal, recorded, number, &chosen.sql).await? else {
        clear(journal).await?;
        return Ok(None);
    };
    if bulk.batches.is_empty() {
        return Err(came_to_nothing());
    }
    journal.client().batch_execute(include_str!("../sql/analyze.sql")).await?;
    let meant = (selection.clone(), planning.rights);
    let mut prepared = empty(journal, recorded, meant, bulk.tables).await?;
    prepared.number = number;
    prepared.bulk = true;
    prepared.inseparable = bulk.inseparable;
    prepared.batches = bulk.batches;
    prepared.plan.reverses = bulk.reverses;
    let found = conflict::find(journal.client(), &prepared).await?;
    if !found.is_empty() && !planning.decisions.is_abort() {
        // What was decided is done row by row.
        clear(journal).await?;
        return Ok(None);
    }
    (prepared.plan.conflicts, prepared.plan.more_conflicts) =
        conflict::told(journal, &prepared, &found).await?;
    Ok(Some(prepared))
}

async fn clear(journal: &Journal) -> Result<(), UndoError> {
    Ok(journal.client().batch_execute(include_str!("../sql/clear_steps.sql")).await?)
}

fn came_to_nothing() -> UndoError {
    UndoError::Nothing("the changes left every row as they had found it".to_owned())
}

async fn one_by_one(
    journal: &Journal,
    recorded: &Recorded,
    (selection, chosen): (Selection, &Chosen),
    planning: &Planning,
) -> Result<Prepared, UndoError> {
    let changes = recorded.read(journal, &chosen.sql).await?;
    let effect = effect_of(recorded, &changes, chosen)?;
    let tables: BTreeMap<RelationId, TrackedTable> = effect
        .steps
        .iter()
        .filter_map(|step| Some((step.relation, recorded.table(step.relation)?.clone())))
        .filter(|(_, table)| table.relation.oid.is_some())
        .collect();
    let NetEffect { steps, returned, broken, conflicts: unrecorded, .. } = effect;
    let decisions = &planning.decisions;
    let (mut steps, gone) = conflict::present(steps, &tables);
    let (kept, mut conflicts) = settle::settle_gone(gone, &tables, decisions);
    steps.extend(kept);
    conflicts.extend(settle::settle_unrecorded(&mut steps, &unrecorded, decisions));
    let broken = settle::settle_broken(&mut steps, &broken, decisions);
    let mut prepared = empty(journal, recorded, (selection, planning.rights), tables).await?;
    prepared.columns = chosen
        .columns
        .as_ref()
        .map(|columns| columns.iter().map(|column| column.as_str().to_owned()).collect());
    prepared.plan.reverses = transactions(&changes);
    let found = arrange(journal, &mut prepared, recorded, (steps, returned), decisions).await?;
    for one in broken {
        conflicts.push(between(journal, &prepared, one).await?);
    }
    let (told, more) = conflict::told(journal, &prepared, &found).await?;
    conflicts.extend(told);
    prepared.plan.conflicts = conflicts;
    prepared.plan.more_conflicts = more;
    if prepared.batches.is_empty() && prepared.plan.conflicts.is_empty() {
        return Err(if planning.decisions.is_abort() {
            came_to_nothing()
        } else {
            UndoError::Nothing("every row that is meant stays as it is".to_owned())
        });
    }
    Ok(prepared)
}

fn effect_of(
    recorded: &Recorded,
    changes: &[Change],
    chosen: &Chosen,
) -> Result<NetEffect, UndoError> {
    let before_key = changes.iter().find_map(|change| {
        let table = recorded.tables().find(|table| table.relation.name == change.table)?;
        (change.id < table.relation.since_change).then(|| change.table.clone())
    });
    if let Some(table) = before_key {
        return Err(UndoError::OtherKey(table));
    }
    let relations: Vec<_> = recorded.tables().map(restorable).collect();
    let columns = chosen.columns.as_deref().filter(|_| !chosen.through_all);
    let mut effect = net(changes, &relations, columns);
    if let (Some(columns), true) = (&chosen.columns, chosen.through_all) {
        narrow(&mut effect, columns, changes)?;
    }
    let whole =
        effect.whole_rows.first().and_then(|whole| changes.iter().find(|c| c.id == whole.change));
    if let Some(change) = whole {
        return Err(UndoError::WholeRow { tx: change.tx });
    }
    if effect.steps.is_empty() && effect.conflicts.is_empty() && effect.broken.is_empty() {
        return Err(if chosen.through_all {
            UndoError::Nothing(chosen.nothing.clone())
        } else {
            came_to_nothing()
        });
    }
    Ok(effect)
}

/// Leaves of the way of whole rows what these columns have of it.
fn narrow(effect: &mut NetEffect, columns: &[Ident], changes: &[Change]) -> Result<(), UndoError> {
    let is_named = |name: &String| columns.iter().any(|column| column.as_str() == name);
    for step in &mut effect.steps {
        if step.action != Action::Update {
            let tx = changes.last().map_or(TxId(0), |change| change.tx);
            return Err(UndoError::WholeRow { tx });
        }
        step.columns.retain(is_named);
    }
    effect.steps.retain(|step| !step.columns.is_empty());
    Ok(())
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

/// Puts the steps into an order that the constraints accept, writes them, and settles conflicts until
/// nothing is left to settle; gives what is left.
async fn arrange(
    journal: &Journal,
    prepared: &mut Prepared,
    recorded: &Recorded,
    (mut steps, returned): (Vec<Step>, Vec<Step>),
    decisions: &Decisions,
) -> Result<Vec<Found>, UndoError> {
    for _ in 0..ROUNDS {
        let all = steps.into_iter().chain(returned.iter().cloned()).collect();
        let ordered = order(all, &prepared.foreign_keys, &prepared.unique_keys);
        steps = write(journal, prepared, ordered).await?;
        let found = conflict::find(journal.client(), prepared).await?;
        if found.is_empty() || decisions.is_abort() {
            return Ok(found);
        }
        rights::take_on(journal.client(), prepared.owner.as_ref()).await?;
        let settled = settle::settle(journal, prepared, (steps, found), decisions).await?;
        rights::give_back(journal.client(), prepared.owner.as_ref()).await?;
        let Settled { steps: next, left, is_changed } = settled;
        if !is_changed {
            return Ok(left);
        }
        steps = next;
        widen(journal, prepared, recorded, &steps).await?;
        clear(journal).await?;
    }
    Err(UndoError::Endless)
}

async fn write(
    journal: &Journal,
    prepared: &mut Prepared,
    mut ordered: Ordered,
) -> Result<Vec<Step>, UndoError> {
    for step in &mut ordered.steps {
        if let Some(table) = prepared.tables.get(&step.relation) {
            settle_columns(step, table);
        }
    }
    let columns = prepared.columns.as_deref();
    prepared.inseparable.clear();
    prepared.batches =
        steps::write(journal, prepared.number, &prepared.tables, &ordered, columns).await?;
    for one in &ordered.moved {
        let place = steps::place(one.step)?;
        let of = |batch: &&mut Batch| (batch.first..=batch.last).contains(&place);
        if let Some(batch) = prepared.batches.iter_mut().find(of) {
            let table = prepared.tables.get(&batch.relation);
            // A row without a key is looked for as it is by then, so it must be found.
            if table.is_some_and(|table| !table.relation.key.is_empty()) {
                batch.moved += 1;
            }
            let since = steps::place(one.since)?;
            prepared.inseparable.push((since.min(batch.first), batch.last));
        }
    }
    for cycle in &ordered.cycles {
        if let (Some(&first), Some(&last)) = (cycle.steps.first(), cycle.steps.last()) {
            prepared.inseparable.push((steps::place(first)?, steps::place(last)?));
        }
    }
    prepared.is_cyclic = ordered.is_cyclic();
    Ok(ordered.steps)
}

/// Takes in the tables of steps that were added.
async fn widen(
    journal: &Journal,
    prepared: &mut Prepared,
    recorded: &Recorded,
    steps: &[Step],
) -> Result<(), UndoError> {
    let added = steps.iter().filter(|step| !prepared.tables.contains_key(&step.relation));
    let added: BTreeMap<RelationId, TrackedTable> = added
        .filter_map(|step| Some((step.relation, recorded.table(step.relation)?.clone())))
        .collect();
    if added.is_empty() {
        return Ok(());
    }
    let tables = prepared.tables.clone().into_iter().chain(added).collect();
    let meant = (prepared.plan.selection.clone(), prepared.rights());
    let wider = empty(journal, recorded, meant, tables).await?;
    prepared.tables = wider.tables;
    prepared.children = wider.children;
    prepared.foreign_keys = wider.foreign_keys;
    prepared.unique_keys = wider.unique_keys;
    Ok(())
}

/// What the server computes it computes again; it cannot be set.
fn settle_columns(step: &mut Step, table: &TrackedTable) {
    let generated = |name: &String| {
        table.columns.iter().any(|column| column.generated && column.name.as_str() == name)
    };
    step.columns.retain(|name| !generated(name));
}

/// Another change lies between two that are to be taken back.
async fn between(
    journal: &Journal,
    prepared: &Prepared,
    broken: &Broken,
) -> Result<Conflict, UndoError> {
    let key = match (prepared.tables.get(&broken.relation), &broken.key) {
        (Some(table), Some(key)) => Some(journal.record_key(table, key).await?.text),
        _ => None,
    };
    let later = conflict::later(journal, broken.relation, key.as_deref(), broken.left).await?;
    Ok(Conflict {
        kind: ConflictKind::ChangedLater,
        table: broken.table.clone(),
        key: broken.key.clone(),
        message: "another change lies between those that are to be taken back".to_owned(),
        later: later.into_iter().filter(|change| change.id < broken.found).collect(),
    })
}

/// How many rows are brought back, set and removed, by table.
pub(crate) fn counts(prepared: &Prepared) -> BTreeMap<RelationName, Counts> {
    let mut counts: BTreeMap<RelationName, Counts> = BTreeMap::new();
    for (table, batch) in prepared.work() {
        counts.entry(table.relation.name.clone()).or_default().add(batch.action, batch.steps);
    }
    counts
}
