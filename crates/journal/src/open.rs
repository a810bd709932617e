use pgrecall_postgres::{Database, ServerError, Template};
use tokio_postgres::{Client, Transaction};

use crate::{JournalError, schema};

/// How long a statement of ours waits for a lock before it gives up, in milliseconds.
const LOCK_TIMEOUT_MS: i32 = 2_000;

/// An installed journal of the right version, on an open connection.
#[derive(Debug)]
pub struct Journal {
    database: Database,
    actor: Option<String>,
}

/// What a database holds in the place of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing.
    Absent,
    /// A schema `recall` that is none of ours.
    Foreign,
    /// A journal of this version.
    Version(i32),
}

impl Journal {
    /// Opens the journal of a database, and settles the connection so that values are read in
    /// the very text form in which they were recorded.
    ///
    /// # Errors
    /// When there is no journal, or one of another version than this build works with.
    pub async fn open(database: Database) -> Result<Self, JournalError> {
        match state(database.client()).await? {
            State::Absent => Err(JournalError::NotInstalled),
            State::Foreign => Err(JournalError::ForeignSchema),
            State::Version(found) if found > schema::VERSION => {
                Err(JournalError::Newer { found, known: schema::VERSION })
            }
            State::Version(found) if found < schema::VERSION => {
                Err(JournalError::Outdated { found, needed: schema::VERSION })
            }
            State::Version(_) => {
                database.batch(include_str!("../sql/read/session.sql")).await?;
                Ok(Self { database, actor: None })
            }
        }
    }

    /// Names the actor of what is done to the journal through this value.
    #[must_use]
    pub fn acting_as(mut self, actor: Option<String>) -> Self {
        self.set_actor(actor);
        self
    }

    /// Names the actor of what is done to the journal through this value from now on.
    pub fn set_actor(&mut self, actor: Option<String>) {
        self.actor = actor;
    }

    /// The actor of what is done to the journal.
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        self.actor.as_deref()
    }

    /// The connection.
    #[must_use]
    pub fn client(&self) -> &Client {
        self.database.client()
    }

    /// The connection, for a transaction.
    pub fn client_mut(&mut self) -> &mut Client {
        self.database.client_mut()
    }

    /// The database behind it.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Begins a transaction that gives up soon when it has to wait for a lock.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn begin(&mut self) -> Result<Transaction<'_>, ServerError> {
        begin(self.client_mut()).await
    }
}

/// Begins a transaction that gives up soon when it has to wait for a lock.
pub(crate) async fn begin(client: &mut Client) -> Result<Transaction<'_>, ServerError> {
    let transaction = client.transaction().await?;
    give_up_soon(&transaction).await?;
    Ok(transaction)
}

/// Lets a transaction give up soon when it has to wait for a lock.
pub(crate) async fn give_up_soon(transaction: &Transaction<'_>) -> Result<(), ServerError> {
    let lock_timeout = Template::new(include_str!("../sql/read/lock_timeout.sql"))
        .with("milliseconds", &LOCK_TIMEOUT_MS);
    Ok(transaction.batch_execute(&lock_timeout.sql()).await?)
}

pub(crate) async fn state(
    client: &impl tokio_postgres::GenericClient,
) -> Result<State, ServerError> {
    let row = client.query_one(include_str!("../sql/read/state.sql"), &[]).await?;
    if !row.try_get::<_, bool>("schema_present")? {
        return Ok(State::Absent);
    }
    if !row.try_get::<_, bool>("journal_present")? {
        return Ok(State::Foreign);
    }
    let version = client.query_opt(include_str!("../sql/read/version.sql"), &[]).await?;
    match version {
        Some(row) => Ok(State::Version(row.try_get("version")?)),
        None => Ok(State::Foreign),
    }
}
