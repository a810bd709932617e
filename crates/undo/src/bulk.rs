//! The net effect of very many changes, worked out by the server.
//!
//! Only of changes that are plain: of rows with a key that stays the same, in the very columns that
//! their table has, each change of a row joining up with the one before it, no unique value passing
//! from row to row, foreign keys without cycles. There the order of single rows does not matter:
//! rows come back parents first, are set, and go children first. What is not plain goes through
//! [`net`](crate::net()) and [`order`](crate::order()), which define what is right for both.

use std::collections::{BTreeMap, BTreeSet};

use pgrecall_journal::{Journal, TrackedTable};
use pgrecall_model::{Action, ForeignKey, Ident, RelationId, RelationName, TxId, UniqueKey};
use pgrecall_postgres::{Literal, ServerError, Template, catalogue};

use crate::UndoError;
use crate::recorded::Recorded;
use crate::run::parts::Inseparable;
use crate::statement::columns;
use crate::steps::{Batch, code};

/// A plan whose steps the server worked out.
#[derive(Debug)]
pub(crate) struct Bulk {
    pub(crate) tables: BTreeMap<RelationId, TrackedTable>,
    pub(crate) batches: Vec<Batch>,
    /// The stretches of steps that must be done at once.
    pub(crate) inseparable: Vec<Inseparable>,
    pub(crate) reverses: Vec<TxId>,
}

/// The changes of one table.
struct Surveyed<'r> {
    table: &'r TrackedTable,
    /// Whether several of them are of one row.
    several: bool,
    /// What is to be done, where each is of a row of its own.
    actions: Vec<Action>,
}

/// The steps of the chosen changes, if these are plain.
pub(crate) async fn plan(
    journal: &Journal,
    recorded: &Recorded,
    number: i64,
    chosen: &Template,
) -> Result<Option<Bulk>, UndoError> {
    let Some(surveyed) = survey(journal, recorded, chosen).await? else { return Ok(None) };
    let oids: Vec<u32> = surveyed.iter().filter_map(|s| s.table.relation.oid).collect();
    let foreign_keys = catalogue::foreign_keys(journal.client(), &oids).await?;
    let unique_keys = catalogue::unique_keys(journal.client(), &oids).await?;
    let names: Vec<&RelationName> = surveyed.iter().map(|s| &s.table.relation.name).collect();
    let Some(parents_first) = parents_first(&names, &foreign_keys) else { return Ok(None) };
    for one in surveyed.iter().filter(|surveyed| surveyed.several) {
        let sql = Template::new(include_str!("../sql/bulk_breaks.sql"));
        if ask(journal, &on(sql, chosen, one.table)).await? {
            return Ok(None);
        }
    }
    let batches = write(journal, number, chosen, (&surveyed, &parents_first)).await?;
    let tables = surveyed.iter().map(|s| (s.table.relation.id, s.table.clone())).collect();
    for one in &surveyed {
        if is_entangled(journal, one, (&foreign_keys, &unique_keys)).await? {
            return Ok(None);
        }
    }
    let sql = Template::new(include_str!("../sql/reverses.sql")).with("chosen", chosen).sql();
    let rows = journal.client().query(&sql, &[]).await?;
    let reverses = rows.iter().map(|row| Ok(TxId(row.try_get("tx")?)));
    let reverses = reverses.collect::<Result<_, ServerError>>()?;
    let inseparable = inseparable(&surveyed, &batches, &foreign_keys);
    Ok(Some(Bulk { tables, batches, inseparable, reverses }))
}

/// Rows that come back to a table which refers to itself may refer to one another, in any order.
fn inseparable(
    surveyed: &[Surveyed<'_>],
    batches: &[Batch],
    foreign_keys: &[ForeignKey],
) -> Vec<Inseparable> {
    let refers_to_itself = |relation: RelationId| {
        let table = surveyed.iter().find(|one| one.table.relation.id == relation);
        table.is_some_and(|one| {
            let name = &one.table.relation.name;
            foreign_keys.iter().any(|key| key.child == *name && key.parent == *name)
        })
    };
    let come_back = batches.iter().filter(|batch| batch.action == Action::Insert);
    let entangled = come_back.filter(|batch| refers_to_itself(batch.relation));
    entangled.map(|batch| (batch.first, batch.last)).collect()
}

async fn survey<'r>(
    journal: &Journal,
    recorded: &'r Recorded,
    chosen: &Template,
) -> Result<Option<Vec<Surveyed<'r>>>, UndoError> {
    let sql = Template::new(include_str!("../sql/survey.sql")).with("chosen", chosen).sql();
    let mut surveyed = Vec::new();
    for row in journal.client().query(&sql, &[]).await? {
        let table = recorded.table(RelationId(row.try_get("relation")?));
        let Some(table) = table.filter(|table| table.relation.oid.is_some()) else {
            return Ok(None);
        };
        let shape: Option<i32> = row.try_get("shape")?;
        let is_plain = row.try_get::<_, Option<bool>>("is_plain")? == Some(true)
            && row.try_get::<_, i64>("first")? >= table.relation.since_change.0
            && !table.relation.key.is_empty()
            && table.is_complete()
            && table.present_shape().map(|shape| shape.id) == shape;
        if !is_plain {
            return Ok(None);
        }
        table.check_key()?;
        let mut actions = Vec::new();
        for (action, changes) in
            [(Action::Insert, "deletes"), (Action::Update, "updates"), (Action::Delete, "inserts")]
        {
            if row.try_get::<_, i64>(changes)? > 0 {
                actions.push(action);
            }
        }
        surveyed.push(Surveyed {
            table,
            several: row.try_get::<_, i64>("changes")? > row.try_get::<_, i64>("rows")?,
            actions,
        });
    }
    Ok(Some(surveyed))
}

/// The tables in an order in which each comes after those that it refers to; `None` if there is none.
fn parents_first(names: &[&RelationName], keys: &[ForeignKey]) -> Option<Vec<usize>> {
    let mut order = Vec::new();
    let mut left: BTreeSet<usize> = (0..names.len()).collect();
    while !left.is_empty() {
        let waits = |&at: &usize| {
            keys.iter().any(|key| {
                key.child == *names[at]
                    && key.parent != key.child
                    && left.iter().any(|&other| key.parent == *names[other])
            })
        };
        let next = left.iter().copied().find(|at| !waits(at))?;
        left.remove(&next);
        order.push(next);
    }
    Some(order)
}

async fn write(
    journal: &Journal,
    number: i64,
    chosen: &Template,
    (surveyed, parents_first): (&[Surveyed<'_>], &[usize]),
) -> Result<Vec<Batch>, UndoError> {
    let back: Vec<usize> = parents_first.iter().rev().copied().collect();
    let phases = [
        (Action::Insert, parents_first),
        (Action::Update, parents_first),
        (Action::Delete, back.as_slice()),
    ];
    let mut batches: Vec<Batch> = Vec::new();
    for (action, order) in phases {
        for &at in order {
            let one = &surveyed[at];
            let first = batches.last().map_or(0, |batch: &Batch| batch.last + 1);
            let batch = i32::try_from(batches.len()).map_err(ServerError::unexpected)?;
            let Some(sql) = steps_of(one, action, chosen) else { continue };
            let steps = journal.client().execute(&sql.sql(), &[&number, &first, &batch]).await?;
            if steps > 0 {
                batches.push(plain_batch(one.table, action, batch, (steps, first))?);
            }
        }
    }
    Ok(batches)
}

fn steps_of(one: &Surveyed<'_>, action: Action, chosen: &Template) -> Option<Template> {
    let (operations, kind) = match action {
        Action::Insert => ("'{D,T}'", "n.new IS NULL AND n.first_old IS NOT NULL"),
        Action::Update => {
            ("'{U}'", "n.new IS NOT NULL AND n.first_old IS NOT NULL AND n.new <> n.first_old")
        }
        Action::Delete => ("'{I}'", "n.new IS NOT NULL AND n.first_old IS NULL"),
    };
    let sql = if one.several {
        Template::new(include_str!("../sql/bulk_chains.sql")).with("kind", &Template::new(kind))
    } else {
        Template::new(include_str!("../sql/bulk_once.sql"))
            .with("operations", &Template::new(operations))
    };
    // A row that went and came again is set back, though no change of it was an update.
    let is_there = one.actions.contains(&action) || one.several && action == Action::Update;
    is_there.then(|| on(sql, chosen, one.table).with("action", &Literal(code(action))))
}

fn on(template: Template, chosen: &Template, table: &TrackedTable) -> Template {
    template.with("chosen", chosen).with("relation", &table.relation.id.0)
}

fn plain_batch(
    table: &TrackedTable,
    action: Action,
    number: i32,
    (steps, first): (u64, i64),
) -> Result<Batch, ServerError> {
    let is_key = |name: &Ident| table.relation.key.contains(name);
    let settable = table.columns.iter().filter(|column| !column.generated);
    Ok(Batch {
        number,
        relation: table.relation.id,
        action,
        steps,
        first,
        last: first + i64::try_from(steps).map_err(ServerError::unexpected)? - 1,
        set: match action {
            Action::Insert => settable.map(|column| column.name.clone()).collect(),
            Action::Update => {
                settable.map(|c| &c.name).filter(|name| !is_key(name)).cloned().collect()
            }
            Action::Delete => Vec::new(),
        },
        known: match action {
            Action::Insert => Vec::new(),
            Action::Update | Action::Delete => {
                let held = table.columns.iter().filter(|column| !column.computed_on_read);
                held.map(|column| column.name.clone()).collect()
            }
        },
        hashed: Vec::new(),
        moved: 0,
    })
}

/// Whether the order of single rows matters after all.
async fn is_entangled(
    journal: &Journal,
    one: &Surveyed<'_>,
    (foreign_keys, unique_keys): (&[ForeignKey], &[UniqueKey]),
) -> Result<bool, UndoError> {
    let table = one.table;
    let name = &table.relation.name;
    let own = |columns: &[Ident]| columns.iter().all(|column| table.relation.key.contains(column));
    for key in unique_keys.iter().filter(|key| key.table == *name && !own(&key.columns)) {
        let sql = Template::new(include_str!("../sql/bulk_passing.sql"));
        if ask(journal, &about(sql, table, &key.columns)).await? {
            return Ok(true);
        }
    }
    // A row that refers to one of its own table, or a value that others refer to.
    for key in foreign_keys.iter().filter(|key| key.parent == *name) {
        if key.child == *name && one.actions.contains(&Action::Delete) {
            return Ok(true);
        }
        if !own(&key.parent_columns) {
            let sql = Template::new(include_str!("../sql/bulk_touched.sql"));
            if ask(journal, &about(sql, table, &key.parent_columns)).await? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn about(template: Template, table: &TrackedTable, of: &[Ident]) -> Template {
    template
        .with("table", &table.relation.name)
        .with("relation", &table.relation.id.0)
        .with_all("target_columns", columns("(p.image)", of), ", ")
        .with_all("expected_columns", columns("(k.image)", of), ", ")
}

async fn ask(journal: &Journal, question: &Template) -> Result<bool, UndoError> {
    Ok(journal.client().query_one(&question.sql(), &[]).await?.try_get(0)?)
}
