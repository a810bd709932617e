use std::future::{Future, poll_fn};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio_postgres::config::SslMode as DriverMode;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::failure::Failure;
use super::{Database, Statements, failure};
use crate::conninfo::{Conninfo, Endpoint, Host, SslMode, Wanted};
use crate::version::{ServerVersion, VersionError};

/// One pass over one host: its addresses, and for each of them the ways to encrypt.
pub(super) struct Attempt<'a> {
    pub(super) conninfo: &'a Conninfo,
    pub(super) application_name: &'a str,
    pub(super) tls: Option<&'a MakeRustlsConnect>,
    pub(super) wanted: Wanted,
}

/// One of the ways in which `sslmode` lets a connection be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encryption {
    None,
    IfOffered,
    Always,
}

/// A place that was looked up: a socket, or one address of a host.
#[derive(Clone, Copy)]
struct Place<'a> {
    endpoint: &'a Endpoint,
    address: Option<IpAddr>,
}

impl Attempt<'_> {
    /// Connects to the first address of a host that will do.
    pub(super) async fn host(&self, endpoint: &Endpoint) -> Result<Database, Failure> {
        let limit = self.conninfo.liveness().connect_timeout;
        let mut last = None;
        for address in within(limit, addresses(endpoint)).await? {
            match within(limit, self.place(Place { endpoint, address })).await {
                Ok(database) => return Ok(database),
                Err(failure) if failure.is_final() => return Err(failure),
                Err(failure) => last = Some(failure),
            }
        }
        Err(last.unwrap_or_else(Failure::unknown_host))
    }

    async fn place(&self, place: Place<'_>) -> Result<Database, Failure> {
        let (first, second) = self.encryptions(place.endpoint);
        let failure = match self.open(place, first).await {
            Err(failure) if failure.may_depend_on_encryption() => failure,
            other => return other,
        };
        match second {
            Some(second) => self.open(place, second).await,
            None => Err(failure),
        }
    }

    /// Unix sockets know no TLS; libpq ignores `sslmode` for them.
    fn encryptions(&self, endpoint: &Endpoint) -> (Encryption, Option<Encryption>) {
        match (self.conninfo.tls().mode, &endpoint.host) {
            (_, Host::Socket(_)) | (SslMode::Disable, _) => (Encryption::None, None),
            (SslMode::Allow, _) => (Encryption::None, Some(Encryption::Always)),
            (SslMode::Prefer, _) => (Encryption::IfOffered, Some(Encryption::None)),
            (SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull, _) => {
                (Encryption::Always, None)
            }
        }
    }

    async fn open(&self, place: Place<'_>, encryption: Encryption) -> Result<Database, Failure> {
        let config = self.config(place, encryption);
        let classify = |error| failure::classify(error, self.conninfo, place.endpoint);
        let database = if let Some(tls) = self.tls.filter(|_| encryption != Encryption::None) {
            let (client, connection) = config.connect(tls.clone()).await.map_err(classify)?;
            settle(client, connection, Some(tls.clone()))?
        } else {
            let (client, connection) = config.connect(NoTls).await.map_err(classify)?;
            settle(client, connection, None)?
        };
        check_wanted(&database.client, self.wanted).await?;
        Ok(database)
    }

    fn config(&self, place: Place<'_>, encryption: Encryption) -> Config {
        let conninfo = self.conninfo;
        let mut config = Config::new();
        config
            .user(conninfo.user())
            .dbname(conninfo.dbname())
            .port(place.endpoint.port)
            .application_name(conninfo.application_name().unwrap_or(self.application_name))
            .channel_binding(conninfo.tls().channel_binding)
            .ssl_mode(match encryption {
                Encryption::None => DriverMode::Disable,
                Encryption::IfOffered => DriverMode::Prefer,
                Encryption::Always => DriverMode::Require,
            });
        match &place.endpoint.host {
            Host::Socket(folder) => config.host_path(folder),
            Host::Name(name) => config.host(name),
        };
        if let Some(address) = place.address {
            config.hostaddr(address);
        }
        if let Some((password, _)) = conninfo.password(place.endpoint) {
            config.password(password.reveal());
        }
        if let Some(options) = conninfo.options() {
            config.options(options);
        }
        self.watch_transport(&mut config);
        config
    }

    fn watch_transport(&self, config: &mut Config) {
        let liveness = self.conninfo.liveness();
        config.keepalives(liveness.keepalives);
        if let Some(idle) = liveness.idle {
            config.keepalives_idle(idle);
        }
        if let Some(interval) = liveness.interval {
            config.keepalives_interval(interval);
        }
        if let Some(count) = liveness.count {
            config.keepalives_retries(count);
        }
        if let Some(timeout) = liveness.tcp_user_timeout {
            config.tcp_user_timeout(timeout);
        }
    }
}

/// The driver's own timeout ends with the TCP connection; libpq's covers the login too.
async fn within<T>(
    limit: Option<Duration>,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    match limit {
        None => work.await,
        Some(limit) => {
            tokio::time::timeout(limit, work).await.unwrap_or(Err(Failure::Timeout(limit)))
        }
    }
}

/// The addresses of a host. They are looked up here and not by the driver, so that a host which is
/// not known can be told from one that does not answer.
async fn addresses(endpoint: &Endpoint) -> Result<Vec<Option<IpAddr>>, Failure> {
    let name = match (&endpoint.host, endpoint.address) {
        (Host::Socket(_), _) => return Ok(vec![None]),
        (Host::Name(_), Some(address)) => return Ok(vec![Some(address)]),
        (Host::Name(name), None) => name.as_str(),
    };
    let found = tokio::net::lookup_host((name, endpoint.port)).await;
    Ok(found.map_err(Failure::UnknownHost)?.map(|address| Some(address.ip())).collect())
}

/// Checks the version that the server reported while the connection was opened, and lets the
/// connection run.
fn settle<S, T>(
    client: Client,
    mut connection: Connection<S, T>,
    tls: Option<MakeRustlsConnect>,
) -> Result<Database, VersionError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let reported = connection.parameter("server_version").unwrap_or_default();
    let version = ServerVersion::checked(reported)?;
    // An error of the connection also reaches whoever waits for an answer on it.
    let notified = Arc::new(Notify::new());
    let notify = Arc::clone(&notified);
    let task = tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            if matches!(message, AsyncMessage::Notification(_)) {
                notify.notify_one();
            }
        }
        notify.notify_one();
    });
    Ok(Database { client, statements: Statements::default(), version, tls, notified, task })
}

/// Asks the server what it is, where that matters. PostgreSQL 13 does not report it unasked.
async fn check_wanted(client: &Client, wanted: Wanted) -> Result<(), Failure> {
    let (question, required, found) = match wanted {
        Wanted::Any => return Ok(()),
        Wanted::ReadWrite => ("SHOW transaction_read_only", "off", "accepts no writes"),
        Wanted::ReadOnly => ("SHOW transaction_read_only", "on", "accepts writes"),
        Wanted::Primary => ("SELECT pg_catalog.pg_is_in_recovery()", "f", "is a standby"),
        Wanted::Standby | Wanted::PreferStandby => {
            ("SELECT pg_catalog.pg_is_in_recovery()", "t", "is no standby")
        }
    };
    let answer = client.simple_query(question).await.map_err(|e| Failure::Other(e.into()))?;
    let fits = answer.iter().any(
        |message| matches!(message, SimpleQueryMessage::Row(row) if row.get(0) == Some(required)),
    );
    if fits { Ok(()) } else { Err(Failure::Unwanted(found)) }
}
