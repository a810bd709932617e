use pgrecall_model::{Ident, RelationId};
use pgrecall_postgres::{Database, ServerError, Template, catalogue};
use tokio_postgres::{Row, Transaction};

use crate::open::{self, State};
use crate::patience::Patience;
use crate::{JournalError, access, guard, install, schema};

/// What an uninstallation removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uninstalled {
    /// How many triggers were taken off tables.
    pub triggers: usize,
    /// Whether the recorded changes are gone too.
    pub journal: bool,
    /// The roles for access to journals that are still there: somebody else's, needed by another
    /// journal of the server, or kept.
    pub roles_left: Vec<String>,
}

/// What an uninstallation is to leave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leave {
    /// The recorded changes.
    pub journal: bool,
    /// The roles for access to them.
    pub roles: bool,
}

/// Takes pgRecall out of a database, in one transaction: the triggers, the functions, and the
/// recorded changes with the roles for access to them, unless they are to be left.
///
/// Roles belong to the whole server. They go with its last journal.
///
/// # Errors
/// When there is no journal, when a table stays locked, or when an object of the application
/// depends on the journal. Nothing is removed then.
pub async fn uninstall(database: &mut Database, leave: Leave) -> Result<Uninstalled, JournalError> {
    let mut patience = Patience::default();
    loop {
        match uninstall_once(database, leave).await {
            Err(JournalError::Server(error)) if patience.allows(&error).await => {}
            outcome => return outcome,
        }
    }
}

async fn uninstall_once(
    database: &mut Database,
    leave: Leave,
) -> Result<Uninstalled, JournalError> {
    let transaction = install::begin_alone(database).await?;
    match open::state(&transaction).await? {
        State::Absent => return Err(JournalError::NotInstalled),
        State::Foreign => return Err(JournalError::ForeignSchema),
        // It may have objects that this build knows nothing of.
        State::Version(found) if found > schema::VERSION => {
            return Err(JournalError::Newer { found, known: schema::VERSION });
        }
        State::Version(_) => {}
    }
    let guards = guard::drop_triggers(&transaction, None).await?;
    let triggers = guards + drop_triggers(&transaction, None).await?;
    transaction.batch_execute(include_str!("../sql/uninstall/checkpoints.sql")).await?;
    if leave.journal {
        stop_recording(&transaction).await?;
    } else {
        transaction.batch_execute(include_str!("../sql/uninstall/drop_schema.sql")).await?;
    }
    let roles_left = if leave.journal || leave.roles {
        access::present(&transaction).await?
    } else {
        access::drop_roles(&transaction).await?
    };
    transaction.commit().await?;
    Ok(Uninstalled { triggers, journal: !leave.journal, roles_left })
}

/// Takes our triggers off the given tables, or off all.
pub(crate) async fn drop_triggers(
    transaction: &Transaction<'_>,
    tables: Option<&[u32]>,
) -> Result<usize, ServerError> {
    let rows = transaction.query(include_str!("../sql/track/triggers.sql"), &[&tables]).await?;
    for row in &rows {
        drop_trigger(transaction, row).await?;
    }
    Ok(rows.len())
}

/// Takes the triggers that record for one relation off the given tables.
pub(crate) async fn drop_triggers_of(
    transaction: &Transaction<'_>,
    relation: RelationId,
    tables: &[u32],
) -> Result<(), ServerError> {
    let triggers = include_str!("../sql/track/triggers.sql");
    for row in &transaction.query(triggers, &[&Some(tables)]).await? {
        let records_for: Option<i32> = row.try_get("relation")?;
        if records_for.is_none_or(|id| id == relation.0) {
            drop_trigger(transaction, row).await?;
        }
    }
    Ok(())
}

/// Takes triggers that record for one relation off tables that do not belong to it any more.
pub(crate) async fn drop_stray_triggers(
    transaction: &Transaction<'_>,
    relation: RelationId,
) -> Result<(), ServerError> {
    let triggers = include_str!("../sql/track/triggers.sql");
    for row in &transaction.query(triggers, &[&None::<&[u32]>]).await? {
        let records_for: Option<i32> = row.try_get("relation")?;
        if records_for == Some(relation.0) {
            drop_trigger(transaction, row).await?;
        }
    }
    Ok(())
}

async fn drop_trigger(transaction: &Transaction<'_>, row: &Row) -> Result<(), ServerError> {
    let drop = Template::new(include_str!("../sql/track/drop_trigger.sql"))
        .with("trigger", &catalogue::ident(row, "tgname")?)
        .with("table", &catalogue::relation_name(row, "nspname", "relname")?);
    Ok(transaction.batch_execute(&drop.sql()).await?)
}

/// Drops a generated function.
pub(crate) async fn drop_function(
    transaction: &Transaction<'_>,
    name: &Ident,
) -> Result<(), ServerError> {
    let drop = Template::new(include_str!("../sql/track/drop_function.sql")).with("function", name);
    Ok(transaction.batch_execute(&drop.sql()).await?)
}

async fn stop_recording(transaction: &Transaction<'_>) -> Result<(), ServerError> {
    let functions = transaction.query(include_str!("../sql/uninstall/functions.sql"), &[]).await?;
    for row in &functions {
        drop_function(transaction, &catalogue::ident(row, "proname")?).await?;
    }
    let begun = transaction.query_one(include_str!("../sql/track/begin.sql"), &[]).await?;
    let tx: i64 = begun.try_get("tx")?;
    transaction.execute(include_str!("../sql/uninstall/open_gaps.sql"), &[&tx]).await?;
    guard::forget_all(transaction).await?;
    transaction.batch_execute(include_str!("../sql/uninstall/event_triggers.sql")).await?;
    transaction.execute(include_str!("../sql/uninstall/stop_all.sql"), &[]).await?;
    Ok(())
}
