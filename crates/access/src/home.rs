use std::sync::Arc;

use pgrecall_postgres::{Conninfo, Database};
use tokio::sync::Mutex;

use crate::{AccessError, schema};

/// What the server shows as the name of the connection.
const APPLICATION: &str = "pgrecall control";

/// pgRecall's own state in its home database.
///
/// Most deeds are one statement, so that all can share one connection; when that is lost, the next
/// deed opens another one. Those of several statements have a connection of their own.
#[derive(Debug)]
pub struct Control {
    conninfo: Conninfo,
    connection: Mutex<Arc<Database>>,
}

impl Control {
    /// Connects to the home database, and brings it up to date.
    ///
    /// # Errors
    /// When it cannot be reached, or was made by a newer build.
    pub async fn open(conninfo: Conninfo) -> Result<Self, AccessError> {
        let mut database = Database::connect(&conninfo, APPLICATION).await?;
        schema::migrate(&mut database).await?;
        Ok(Self { conninfo, connection: Mutex::new(Arc::new(database)) })
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

    pub(crate) async fn database(&self) -> Result<Arc<Database>, AccessError> {
        let mut connection = self.connection.lock().await;
        if connection.client().is_closed() {
            *connection = Arc::new(Database::connect(&self.conninfo, APPLICATION).await?);
        }
        Ok(Arc::clone(&connection))
    }

    /// A connection of its own, for a transaction: all of it is kept, with its entry in the log, or
    /// nothing.
    pub(crate) async fn own_database(&self) -> Result<Database, AccessError> {
        Ok(Database::connect(&self.conninfo, APPLICATION).await?)
    }
}
