use std::collections::BTreeSet;

use pgrecall_postgres::catalogue::{self, UserTrigger};
use pgrecall_postgres::{ServerError, Template};
use tokio_postgres::Transaction;

use crate::{Prepared, UndoError};

/// What the user's own triggers do while rows are taken back.
///
/// What they did at the time was recorded and is part of the plan, so by default they rest;
/// constraints, foreign keys and the recording itself always stay on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Triggers {
    /// They do not fire.
    #[default]
    Suppress,
    /// They fire as for any other change.
    Fire,
}

/// Keeps the user's triggers on the plan's tables from firing, and gives those that were meant.
pub(crate) async fn suppress(
    transaction: &Transaction<'_>,
    prepared: &Prepared,
) -> Result<Vec<UserTrigger>, UndoError> {
    let mut oids = BTreeSet::new();
    for oid in prepared.tables.values().filter_map(|table| table.relation.oid) {
        oids.insert(oid);
        let leaves = catalogue::leaves(transaction, oid).await?;
        oids.extend(leaves.into_iter().map(|(leaf, _)| leaf));
    }
    let oids: Vec<u32> = oids.into_iter().collect();
    let triggers = catalogue::user_triggers(transaction, &oids).await?;
    for trigger in &triggers {
        let disable = Template::new(include_str!("../sql/disable_trigger.sql"))
            .with("table", &trigger.table)
            .with("trigger", &trigger.name);
        transaction.batch_execute(&disable.sql()).await.map_err(ServerError::from).map_err(
            |error| {
                if error.is_forbidden() {
                    UndoError::Triggers(trigger.table.clone(), error)
                } else {
                    error.into()
                }
            },
        )?;
    }
    Ok(triggers)
}

/// Brings the triggers back to the mode that they had.
pub(crate) async fn restore(
    transaction: &Transaction<'_>,
    triggers: &[UserTrigger],
) -> Result<(), ServerError> {
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
        transaction.batch_execute(&enable.sql()).await?;
    }
    Ok(())
}
