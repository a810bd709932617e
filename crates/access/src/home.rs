use std::sync::Arc;

use pgrecall_postgres::{Conninfo, Database, ServerError};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use crate::{AccessError, schema};

/// What the server shows as the name of the connection.
const APPLICATION: &str = "pgrecall control";

/// pgRecall's own state in its home database.
///
/// Most deeds are one statement, so that all can share one connection; those that are a transaction
/// take turns with another one. When a connection is lost, the next deed opens another one.
#[derive(Debug)]
pub struct Control {
    conninfo: Conninfo,
    connection: Mutex<Arc<Database>>,
    transactions: Mutex<Option<Database>>,
}

impl Control {
    /// Connects to the home database, and brings it up to date.
    ///
    /// # Errors
    /// When it cannot be reached, or was made by a newer build.
    pub async fn open(conninfo: Conninfo) -> Result<Self, AccessError> {
        let mut database = Database::connect(&conninfo, APPLICATION).await?;
        schema::migrate(&mut database).await?;
        let connection = Mutex::new(Arc::new(database));
        Ok(Self { conninfo, connection, transactions: Mutex::new(None) })
    }

    /// Whether the home database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), AccessError> {
        let version = include_str!("../sql/schema/version.sql");
        self.database().await?.client().query_one(version, &[]).await?;
        Ok(())
    }

    pub(crate) fn conninfo(&self) -> &Conninfo {
        &self.conninfo
    }

    pub(crate) async fn database(&self) -> Result<Arc<Database>, AccessError> {
        let mut connection = self.connection.lock().await;
        if connection.client().is_closed() {
            *connection = Arc::new(Database::connect(&self.conninfo, APPLICATION).await?);
        }
        Ok(Arc::clone(&connection))
    }

    /// The connection for what is done in a transaction, when it is its turn: all of it is kept, with its
    /// entry in the log, or nothing.
    pub(crate) async fn turn(&self) -> Result<MappedMutexGuard<'_, Database>, AccessError> {
        let mut connection = self.transactions.lock().await;
        if connection.as_ref().is_none_or(|database| database.client().is_closed()) {
            *connection = Some(Database::connect(&self.conninfo, APPLICATION).await?);
        }
        MutexGuard::try_map(connection, Option::as_mut)
            .map_err(|_| ServerError::unexpected("a connection that is not there").into())
    }
}
