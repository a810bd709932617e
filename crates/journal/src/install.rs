use pgrecall_postgres::{Database, ServerError, Template, catalogue};
use tokio_postgres::Transaction;

use crate::open::{self, State};
use crate::patience::Patience;
use crate::{JournalError, access, schema, tick, tracking};

/// How many months of partitions are made ahead.
const MONTHS_AHEAD: i32 = 3;

/// What an installation or upgrade found and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installed {
    /// The journal was made.
    Created,
    /// It was there already, in the same version.
    AlreadyThere,
    /// It was brought to this build's version.
    Upgraded {
        /// The version it had.
        from: i32,
    },
}

/// Makes the journal in a database. Does nothing where it is there already.
///
/// Everything happens in one transaction; of two installations at once the second finds the
/// journal of the first.
///
/// # Errors
/// When the server refuses, or when the database holds a foreign schema `recall` or a journal of
/// another version.
pub async fn install(database: &mut Database) -> Result<Installed, JournalError> {
    let transaction = begin_alone(database).await?;
    match open::state(&transaction).await? {
        State::Absent => {}
        State::Foreign => return Err(JournalError::ForeignSchema),
        State::Version(found) if found > schema::VERSION => {
            return Err(JournalError::Newer { found, known: schema::VERSION });
        }
        State::Version(found) if found < schema::VERSION => {
            return Err(JournalError::Outdated { found, needed: schema::VERSION });
        }
        State::Version(_) => {
            create_partitions(&transaction).await?;
            transaction.batch_execute(schema::EVENT_TRIGGERS).await?;
            // The roles may have been made since, by somebody who may.
            access::settle(&transaction).await?;
            transaction.commit().await?;
            return Ok(Installed::AlreadyThere);
        }
    }
    create_objects(&transaction).await?;
    transaction.batch_execute(include_str!("../sql/schema/settle_incarnation.sql")).await?;
    set_version(&transaction).await?;
    create_partitions(&transaction).await?;
    transaction.batch_execute(schema::EVENT_TRIGGERS).await?;
    access::settle(&transaction).await?;
    transaction.commit().await?;
    Ok(Installed::Created)
}

/// Brings an older journal to this build's version, in one transaction: its tables, its routines
/// and the functions that were generated for tracked tables.
///
/// # Errors
/// When there is no journal, one that is newer than this build, or one that stays in use.
pub async fn upgrade(database: &mut Database) -> Result<Installed, JournalError> {
    let mut patience = Patience::default();
    loop {
        match upgrade_once(database).await {
            Err(JournalError::Server(error)) if patience.allows(&error).await => {}
            outcome => return outcome,
        }
    }
}

async fn upgrade_once(database: &mut Database) -> Result<Installed, JournalError> {
    let transaction = begin_alone(database).await?;
    let from = match open::state(&transaction).await? {
        State::Absent => return Err(JournalError::NotInstalled),
        State::Foreign => return Err(JournalError::ForeignSchema),
        State::Version(found) if found > schema::VERSION => {
            return Err(JournalError::Newer { found, known: schema::VERSION });
        }
        State::Version(found) => found,
    };
    let mut steps = schema::UPGRADES.iter().filter(|step| step.from >= from).peekable();
    // Only what changes tables that are there keeps applications waiting.
    if steps.peek().is_some() {
        transaction.batch_execute(include_str!("../sql/schema/lock_all.sql")).await?;
    }
    for step in steps {
        transaction.batch_execute(step.sql).await?;
    }
    create_objects(&transaction).await?;
    tracking::regenerate(&transaction).await?;
    transaction.batch_execute(include_str!("../sql/schema/settle_forms.sql")).await?;
    set_version(&transaction).await?;
    create_partitions(&transaction).await?;
    transaction.batch_execute(include_str!("../sql/schema/own_all.sql")).await?;
    transaction.batch_execute(schema::EVENT_TRIGGERS).await?;
    access::settle(&transaction).await?;
    transaction.commit().await?;
    Ok(if from == schema::VERSION { Installed::AlreadyThere } else { Installed::Upgraded { from } })
}

/// Whether the journal of a database belongs to a superuser.
///
/// The capture functions run with its rights, and the owner of a tracked table has a say in what
/// they run, by a cast of a type of their own.
///
/// # Errors
/// When the server refuses or is gone.
pub async fn belongs_to_superuser(database: &Database) -> Result<bool, JournalError> {
    let sql = include_str!("../sql/read/owned_by_superuser.sql");
    Ok(database.client().query_one(sql, &[]).await?.try_get(0)?)
}

/// Begins a transaction in which nobody else installs, upgrades or uninstalls.
pub(crate) async fn begin_alone(database: &mut Database) -> Result<Transaction<'_>, ServerError> {
    let transaction = open::begin(database.client_mut()).await?;
    transaction.batch_execute(include_str!("../sql/schema/alone.sql")).await?;
    Ok(transaction)
}

/// Makes tables where they are not there, and functions and views anew.
async fn create_objects(transaction: &Transaction<'_>) -> Result<(), ServerError> {
    for &sql in schema::TABLES.iter().chain(schema::ROUTINES) {
        let filled = Template::new(sql)
            .with("key_columns", &Template::new(catalogue::KEY_COLUMNS))
            .with("between", &Template::new(tick::BETWEEN))
            .sql();
        transaction.batch_execute(&filled).await?;
    }
    Ok(())
}

async fn set_version(transaction: &Transaction<'_>) -> Result<(), ServerError> {
    let version = serde_json::Value::from(schema::VERSION);
    transaction.execute(include_str!("../sql/schema/set_version.sql"), &[&version]).await?;
    Ok(())
}

async fn create_partitions(transaction: &Transaction<'_>) -> Result<(), ServerError> {
    transaction
        .execute(include_str!("../sql/schema/ensure_partitions.sql"), &[&MONTHS_AHEAD])
        .await?;
    Ok(())
}
