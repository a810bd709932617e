//! Open connections.

mod attempt;
mod error;
mod failure;
mod statements;

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_postgres::{CancelToken, Client, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

pub use error::{ConnectError, Failures};
pub use failure::{Failure, Rejection};

use crate::conninfo::Wanted;
use crate::{Conninfo, ServerError, ServerVersion, tls};
use attempt::Attempt;
pub(crate) use statements::Statements;

/// An open connection to a server of a version that is served.
///
/// It ends when it is dropped; [`Database::close`] also waits for the end.
pub struct Database {
    client: Client,
    /// What the server made of our own texts.
    statements: Statements,
    version: ServerVersion,
    /// How to reach the server once more to cancel, where the connection is encrypted.
    tls: Option<MakeRustlsConnect>,
    notified: Arc<Notify>,
    task: JoinHandle<()>,
}

/// The means to stop what a [`Database`] is doing, from elsewhere.
pub struct Canceller {
    token: CancelToken,
    tls: Option<MakeRustlsConnect>,
}

impl Database {
    /// Opens a connection. The hosts are tried in order until one will do. Messages pass in a task
    /// of the current Tokio runtime, which needs its I/O and time drivers; notices are dropped.
    ///
    /// `application_name` is what the server shows for the connection unless the user asked for
    /// another name.
    ///
    /// # Errors
    /// When no host lets the user in, or the server's version is not served.
    pub async fn connect(
        conninfo: &Conninfo,
        application_name: &str,
    ) -> Result<Self, ConnectError> {
        let tls = tls::connector(conninfo.tls())?;
        let preferences = match conninfo.wanted() {
            Wanted::PreferStandby => &[Wanted::Standby, Wanted::Any][..],
            Wanted::Any => &[Wanted::Any],
            Wanted::ReadWrite => &[Wanted::ReadWrite],
            Wanted::ReadOnly => &[Wanted::ReadOnly],
            Wanted::Primary => &[Wanted::Primary],
            Wanted::Standby => &[Wanted::Standby],
        };
        let mut failures = Vec::new();
        for wanted in preferences {
            failures.clear();
            for endpoint in conninfo.hosts() {
                let attempt =
                    Attempt { conninfo, application_name, tls: tls.as_ref(), wanted: *wanted };
                match attempt.host(endpoint).await {
                    Ok(database) => return Ok(database),
                    Err(failure) => {
                        let is_final = failure.is_final();
                        failures.push((endpoint.clone(), failure));
                        if is_final {
                            return Err(ConnectError::new(conninfo, failures));
                        }
                    }
                }
            }
        }
        Err(ConnectError::new(conninfo, failures))
    }

    /// The driver's client, for queries.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The driver's client, for transactions.
    #[must_use]
    pub fn client_mut(&mut self) -> &mut Client {
        &mut self.client
    }

    pub(crate) fn statements(&self) -> &Statements {
        &self.statements
    }

    /// The version of the server.
    #[must_use]
    pub fn version(&self) -> ServerVersion {
        self.version
    }

    /// The means to stop what this connection is doing.
    #[must_use]
    pub fn canceller(&self) -> Canceller {
        Canceller { token: self.client.cancel_token(), tls: self.tls.clone() }
    }

    /// Runs statements that give no rows, several with semicolons between them.
    ///
    /// # Errors
    /// When the server refuses one of them, or is gone.
    pub async fn batch(&self, sql: &str) -> Result<(), ServerError> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// Waits for a notification of a channel to which this connection listens, or for the end of the
    /// connection. Those that came since the last call count as one.
    pub async fn notified(&self) {
        self.notified.notified().await;
    }

    /// Ends the connection and waits until the server has been told.
    pub async fn close(self) {
        drop(self.client);
        // The task ends with the connection; that it was aborted with the runtime changes nothing.
        let _ = self.task.await;
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("version", &self.version).finish_non_exhaustive()
    }
}

impl Canceller {
    /// Asks the server to stop the statement that is running, if one is. That statement then fails
    /// as cancelled.
    ///
    /// # Errors
    /// When the server cannot be reached; whether there was something to stop, it does not say.
    pub async fn cancel(self) -> Result<(), ServerError> {
        match self.tls {
            Some(tls) => self.token.cancel_query(tls).await?,
            None => self.token.cancel_query(NoTls).await?,
        }
        Ok(())
    }
}

impl std::fmt::Debug for Canceller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Canceller").finish_non_exhaustive()
    }
}
