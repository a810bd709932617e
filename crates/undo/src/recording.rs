//! How an undo gets into the journal itself: row by row through our triggers, as any other change,
//! or from its plan, where the tables are locked against others.
//!
//! A plan says of each row what it is and what it will be, in the very texts that the triggers would
//! write; every statement makes sure of the first, and `verify` of the second. So for very many rows
//! the triggers may rest, and one statement writes what they would have written. Resting needs a lock
//! that keeps other writers away, whose changes nobody would record.

use std::collections::BTreeSet;

use pgrecall_journal::TrackedTable;
use pgrecall_model::{Action, ForeignKeyAction, Ident, RelationId, RelationName};
use pgrecall_postgres::catalogue::{self, UserTrigger};
use pgrecall_postgres::{Literal, ServerError, Template};
use tokio_postgres::Transaction;

use crate::apply::Options;
use crate::steps::{Batch, code};
use crate::triggers::{self, Triggers};
use crate::{Prepared, UndoError};

/// The tables that are recorded from the plan, and their triggers, which rest.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    tables: BTreeSet<RelationId>,
    resting: Vec<UserTrigger>,
}

impl Recording {
    /// Lets our triggers rest where that is right: where the user asked for it, or where other
    /// triggers were disabled, so that the lock is held already.
    pub(crate) async fn begin(
        transaction: &Transaction<'_>,
        prepared: &Prepared,
        options: &Options,
        suppressed: &[UserTrigger],
    ) -> Result<Self, UndoError> {
        let mut recording = Self::default();
        let is_plain = prepared.bulk && !prepared.is_cyclic && prepared.part.is_none();
        if !is_plain || prepared.owner.is_some() || options.triggers == Triggers::Fire {
            return Ok(recording);
        }
        if !may_record(transaction).await? {
            return Ok(recording);
        }
        for table in prepared.tables.values() {
            let Some(oid) = table.relation.oid else { continue };
            let is_locked = suppressed.iter().any(|trigger| trigger.oid == oid);
            if (options.lock_tables || is_locked) && is_simple(table, prepared) {
                recording.rest(transaction, table, (oid, prepared)).await?;
            }
        }
        Ok(recording)
    }

    /// Has the triggers of one table rest, unless something about them or the table is special.
    async fn rest(
        &mut self,
        transaction: &Transaction<'_>,
        table: &TrackedTable,
        (oid, prepared): (u32, &Prepared),
    ) -> Result<(), UndoError> {
        let batches = prepared.batches.iter().filter(|batch| batch.relation == table.relation.id);
        let actions: BTreeSet<&str> = batches.map(|batch| operation(batch.action)).collect();
        let names = actions.iter().map(|operation| table.capture_trigger(operation));
        let names = names.collect::<Result<Vec<Ident>, _>>().map_err(ServerError::unexpected)?;
        let found = catalogue::triggers_named(transaction, oid, &names).await?;
        let are_ours = found.iter().all(|trigger| trigger.owned && trigger.mode == "A");
        if found.len() != names.len() || !are_ours || is_divided(transaction, oid).await? {
            return Ok(());
        }
        for trigger in &found {
            triggers::disable(transaction, trigger).await?;
        }
        self.tables.insert(table.relation.id);
        self.resting.extend(found);
        Ok(())
    }

    /// Writes what a batch did, if nobody else did. Call it right after the batch.
    pub(crate) async fn write(
        &self,
        transaction: &Transaction<'_>,
        table: &TrackedTable,
        batch: &Batch,
    ) -> Result<(), UndoError> {
        let shape = table.present_shape().filter(|_| self.tables.contains(&table.relation.id));
        let Some(shape) = shape else { return Ok(()) };
        let sql = Template::new(include_str!("../sql/record_batch.sql"))
            .with("relation", &table.relation.id.0)
            .with("shape", &shape.id)
            .with("op", &Literal(code(batch.action)))
            .with("kept_after", &table.kept_after("s.expected", "s.target"))
            .sql();
        transaction.execute(&sql, &[&batch.number, &batch.first, &batch.last]).await?;
        Ok(())
    }

    /// Wakes the triggers.
    pub(crate) async fn end(self, transaction: &Transaction<'_>) -> Result<(), UndoError> {
        triggers::restore(transaction, &self.resting).await
    }
}

fn operation(action: Action) -> &'static str {
    match action {
        Action::Insert => "insert",
        Action::Update => "update",
        Action::Delete => "delete",
    }
}

/// Whether whoever is connected may write in the journal, as only its owner may.
async fn may_record(transaction: &Transaction<'_>) -> Result<bool, UndoError> {
    let row = transaction.query_one(include_str!("../sql/may_record.sql"), &[]).await?;
    Ok(row.try_get("permitted")?)
}

/// Whether rows of the table are kept in others, too.
async fn is_divided(transaction: &Transaction<'_>, oid: u32) -> Result<bool, UndoError> {
    let row = transaction.query_one(include_str!("../sql/is_divided.sql"), &[&oid]).await?;
    Ok(row.try_get("divided")?)
}

/// Whether the texts of the plan are what the triggers would write, and all that would be written.
fn is_simple(table: &TrackedTable, prepared: &Prepared) -> bool {
    let mut batches = prepared.batches.iter().filter(|batch| batch.relation == table.relation.id);
    table.is_recorded_whole()
        && table.columns.iter().all(|column| !column.generated)
        && batches.all(|batch| batch.moved == 0 && batch.hashed.is_empty())
        && !is_reached(&table.relation.name, prepared, &mut BTreeSet::new())
}

/// Whether the plan removes rows whose removal the server carries on to this table. A plan that has
/// dependants is refused, but somebody may let a row of a table between refer to a removed one after
/// that was looked at. Keys stay the same in such plans, so that no update is carried on.
fn is_reached<'p>(
    table: &'p RelationName,
    prepared: &'p Prepared,
    seen: &mut BTreeSet<&'p RelationName>,
) -> bool {
    let removes = |name: &RelationName| {
        prepared.batches.iter().any(|batch| {
            let of = prepared.tables.get(&batch.relation);
            batch.action == Action::Delete && of.is_some_and(|of| of.relation.name == *name)
        })
    };
    let carried = |key: &&'p pgrecall_model::ForeignKey| {
        key.child == *table && key.on_delete != ForeignKeyAction::Refuse
    };
    let parents: Vec<_> =
        prepared.foreign_keys.iter().filter(carried).map(|key| &key.parent).collect();
    seen.insert(table)
        && parents.into_iter().any(|parent| removes(parent) || is_reached(parent, prepared, seen))
}
