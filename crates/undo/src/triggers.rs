use std::collections::BTreeMap;

use pgrecall_journal::TrackedTable;
use pgrecall_model::{Action, ForeignKeyAction};
use pgrecall_postgres::Template;
use pgrecall_postgres::catalogue::{self, UserTrigger};
use serde::{Deserialize, Serialize};
use tokio_postgres::Transaction;

use crate::steps::Batch;
use crate::{Prepared, UndoError, rights};

/// What the user's own triggers do while rows are taken back.
///
/// What they did at the time was recorded and is part of the plan, so by default they rest;
/// constraints, foreign keys and the recording itself always stay on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Triggers {
    /// They do not fire.
    #[default]
    Suppress,
    /// They fire as for any other change.
    Fire,
}

/// Keeps those of the user's triggers from firing that the plan would make fire, and gives them.
///
/// Each is disabled, which locks its table against other writers. `session_replication_role` would
/// need no lock, but it silences foreign keys, too.
pub(crate) async fn suppress(
    transaction: &Transaction<'_>,
    prepared: &Prepared,
) -> Result<Vec<UserTrigger>, UndoError> {
    let mut tables: BTreeMap<u32, &TrackedTable> = BTreeMap::new();
    for table in prepared.tables.values() {
        let Some(oid) = table.relation.oid else { continue };
        tables.insert(oid, table);
        let leaves = catalogue::leaves(transaction, oid).await?;
        tables.extend(leaves.into_iter().map(|(leaf, _)| (leaf, table)));
    }
    let oids: Vec<u32> = tables.keys().copied().collect();
    let mut triggers = catalogue::user_triggers(transaction, &oids).await?;
    triggers.retain(|trigger| {
        tables.get(&trigger.oid).is_some_and(|table| fires(trigger, table, prepared))
    });
    for trigger in &triggers {
        disable(transaction, trigger).await?;
    }
    Ok(triggers)
}

/// Keeps a trigger from firing.
pub(crate) async fn disable(
    transaction: &Transaction<'_>,
    trigger: &UserTrigger,
) -> Result<(), UndoError> {
    let disable = Template::new(include_str!("../sql/disable_trigger.sql"))
        .with("table", &trigger.table)
        .with("trigger", &trigger.name);
    alter(transaction, trigger, &disable).await.map_err(|error| match error {
        UndoError::NotOwner(_, refused) => UndoError::Triggers(trigger.table.clone(), refused),
        error => error,
    })
}

/// Whether something that the plan does, or the server along with it, would make the trigger fire.
fn fires(trigger: &UserTrigger, table: &TrackedTable, prepared: &Prepared) -> bool {
    let is_set = |batch: &Batch| {
        let set = |name| batch.set.contains(name) || is_computed(table, name);
        trigger.columns.is_empty() || trigger.columns.iter().any(set)
    };
    let does = |batch: &Batch| {
        batch.relation == table.relation.id
            && trigger.actions.contains(&batch.action)
            && (batch.action != Action::Update || is_set(batch))
    };
    // A row that moves to another partition is removed and inserted.
    let anything = table.partitioned || follows(table, prepared);
    !trigger.actions.is_empty() && (anything || prepared.batches.iter().any(does))
}

/// Whether a foreign key carries changes of other rows on to the table's.
fn follows(table: &TrackedTable, prepared: &Prepared) -> bool {
    let carries = |action| action != ForeignKeyAction::Refuse;
    prepared.foreign_keys.iter().any(|key| {
        key.child == table.relation.name && (carries(key.on_update) || carries(key.on_delete))
    })
}

fn is_computed(table: &TrackedTable, name: &pgrecall_model::Ident) -> bool {
    table.columns.iter().any(|column| column.generated && column.name == *name)
}

/// Brings the triggers back to the mode that they had.
pub(crate) async fn restore(
    transaction: &Transaction<'_>,
    triggers: &[UserTrigger],
) -> Result<(), UndoError> {
    for trigger in triggers {
        let mode = match trigger.mode.as_str() {
            "A" => "ALWAYS",
            "R" => "REPLICA",
            _ => "",
        };
        let enable = Template::new(include_str!("../sql/enable_trigger.sql"))
            .with("table", &trigger.table)
            .with("trigger", &trigger.name)
            .with("mode", &Template::new(mode));
        alter(transaction, trigger, &enable).await?;
    }
    Ok(())
}

/// Alters a trigger as the owner of its table, for whoever may take on that role.
async fn alter(
    transaction: &Transaction<'_>,
    trigger: &UserTrigger,
    statement: &Template,
) -> Result<(), UndoError> {
    let owner = (!trigger.owned).then_some(&trigger.owner);
    rights::take_on(transaction, owner).await?;
    transaction.batch_execute(&statement.sql()).await?;
    Ok(rights::give_back(transaction, owner).await?)
}
