use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use pgrecall_model::{Code, Explain};
use rustls::CertificateError;
use tokio_postgres::error::{DbError, SqlState};

use crate::conninfo::{Conninfo, Endpoint, Host};
use crate::{ServerError, VersionError};

/// Why one host did not let us in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// Nothing listens on the port.
    #[error("no server accepts connections there")]
    Refused(#[source] io::Error),
    /// There is no socket.
    #[error("there is no socket {}", .0.display())]
    NoSocket(PathBuf),
    /// The name of the host cannot be looked up.
    #[error("the host name is not known")]
    UnknownHost(#[source] io::Error),
    /// The time of `connect_timeout` went by.
    #[error("there was no answer within {} s", .0.as_secs())]
    Timeout(Duration),
    /// Anything else that can happen on the way.
    #[error("the server cannot be reached")]
    Unreachable(#[source] io::Error),
    /// The server wants a password.
    #[error("the server asks for a password and none was given")]
    NoPassword {
        /// A password file that was left aside.
        aside: Option<String>,
    },
    /// The server wants TLS not to be spoken.
    #[error("the server does not offer TLS")]
    NoTls,
    /// The server's certificate is not good enough.
    #[error("the server's certificate {}", fault(.0))]
    Untrusted(CertificateError),
    /// TLS failed for another reason.
    #[error("no TLS connection came about")]
    Tls(#[source] Box<dyn Error + Send + Sync>),
    /// The two sides have no way to log in in common.
    #[error("the server's way to log in will not do")]
    Login(#[source] Box<dyn Error + Send + Sync>),
    /// The server said no.
    #[error("{answer}")]
    Rejected {
        /// The kind of no.
        rejection: Rejection,
        /// Its words.
        answer: ServerError,
    },
    /// The server is not of the kind that `target_session_attrs` asks for.
    #[error("the server {0}")]
    Unwanted(&'static str),
    /// The server's version is not served.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The server does not speak the protocol as expected.
    #[error(transparent)]
    Other(ServerError),
}

/// Why a server said no.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The password is wrong.
    Password {
        /// Where it was found.
        origin: Option<String>,
    },
    /// The role does not exist or may not log in.
    Role(String),
    /// No line of `pg_hba.conf` lets the user in, or its method says no.
    Entry,
    /// The database does not exist.
    Database(String),
    /// The user may not connect to the database.
    Privilege(String),
    /// All connections are taken.
    TooMany,
    /// The server is starting up or shutting down.
    NotReady,
    /// Anything else.
    Other,
}

impl Failure {
    /// Whether the other hosts need not be asked: as in libpq, a login that was refused ends the
    /// search.
    pub(super) fn is_final(&self) -> bool {
        match self {
            Self::Version(_) | Self::NoPassword { .. } | Self::Login(_) => true,
            Self::Rejected { rejection, .. } => matches!(
                rejection,
                Rejection::Password { .. } | Rejection::Role(_) | Rejection::Entry
            ),
            _ => false,
        }
    }

    /// Whether the same server might say yes with TLS where there was none, or without.
    ///
    /// libpq tries again after whatever the server refuses. A wrong password stays wrong, and is
    /// better not sent once more in the clear.
    pub(super) fn may_depend_on_encryption(&self) -> bool {
        match self {
            Self::Tls(_) | Self::Untrusted(_) => true,
            Self::Rejected { rejection, .. } => matches!(rejection, Rejection::Entry),
            _ => false,
        }
    }

    pub(super) fn unknown_host() -> Self {
        Self::UnknownHost(io::Error::new(io::ErrorKind::NotFound, "it has no address"))
    }
}

/// Finds out what the driver's error means. Its kinds are private, so the causes have to do.
pub(super) fn classify(
    error: tokio_postgres::Error,
    conninfo: &Conninfo,
    endpoint: &Endpoint,
) -> Failure {
    if let Some(answer) = error.as_db_error() {
        let rejection = rejection(answer, conninfo, endpoint);
        return Failure::Rejected { rejection, answer: error.into() };
    }
    let message = error.to_string();
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    if text == "password missing" {
        let aside = conninfo.warnings().first().map(ToString::to_string);
        return Failure::NoPassword { aside };
    }
    if text == "server does not support TLS" {
        return Failure::NoTls;
    }
    let Some(source) = error.into_source() else {
        return Failure::Unreachable(io::Error::new(io::ErrorKind::UnexpectedEof, message));
    };
    if message.contains("authentication") {
        return Failure::Login(source);
    }
    match (message.contains("TLS"), source.downcast::<io::Error>()) {
        (true, Ok(source)) => tls_failure(*source),
        (true, Err(source)) => Failure::Tls(source),
        (false, Ok(source)) => transport_failure(*source, endpoint),
        (false, Err(source)) => Failure::Unreachable(io::Error::other(source)),
    }
}

fn rejection(answer: &DbError, conninfo: &Conninfo, endpoint: &Endpoint) -> Rejection {
    // A role that does not exist and an entry that is missing have the same SQLSTATE. The name of
    // the server's function is not translated, its message is.
    let is_about_role = answer.routine() == Some("InitializeSessionUserId");
    match *answer.code() {
        SqlState::INVALID_PASSWORD => {
            Rejection::Password { origin: conninfo.password(endpoint).map(|(_, origin)| origin) }
        }
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION if is_about_role => {
            Rejection::Role(conninfo.user().to_owned())
        }
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION => Rejection::Entry,
        SqlState::INVALID_CATALOG_NAME => Rejection::Database(conninfo.dbname().to_owned()),
        SqlState::INSUFFICIENT_PRIVILEGE => Rejection::Privilege(conninfo.dbname().to_owned()),
        SqlState::TOO_MANY_CONNECTIONS => Rejection::TooMany,
        SqlState::CANNOT_CONNECT_NOW | SqlState::ADMIN_SHUTDOWN => Rejection::NotReady,
        _ => Rejection::Other,
    }
}

fn tls_failure(error: io::Error) -> Failure {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(reason)) => Failure::Untrusted(reason.clone()),
        _ => Failure::Tls(Box::new(error)),
    }
}

fn transport_failure(error: io::Error, endpoint: &Endpoint) -> Failure {
    match (error.kind(), &endpoint.host) {
        (io::ErrorKind::ConnectionRefused, _) => Failure::Refused(error),
        (io::ErrorKind::NotFound, Host::Socket(folder)) => {
            Failure::NoSocket(folder.join(format!(".s.PGSQL.{}", endpoint.port)))
        }
        _ => Failure::Unreachable(error),
    }
}

impl Explain for Failure {
    fn code(&self) -> Code {
        match self {
            Self::Refused(_) | Self::NoSocket(_) => "connect/refused",
            Self::UnknownHost(_) => "connect/unknown-host",
            Self::Timeout(_) => "connect/timeout",
            Self::Unreachable(_) => "connect/unreachable",
            Self::NoPassword { .. } => "connect/no-password",
            Self::NoTls => "connect/no-tls",
            Self::Untrusted(_) => "connect/untrusted",
            Self::Tls(_) => "connect/tls",
            Self::Login(_) => "connect/login",
            Self::Rejected { rejection, answer } => match rejection {
                Rejection::Password { .. } => "connect/wrong-password",
                Rejection::Role(_) => "connect/unknown-role",
                Rejection::Entry => "connect/not-allowed",
                Rejection::Database(_) => "connect/unknown-database",
                Rejection::Privilege(_) => "connect/forbidden",
                Rejection::TooMany => "connect/too-many",
                Rejection::NotReady => "connect/not-ready",
                Rejection::Other => answer.code(),
            },
            Self::Unwanted(_) => "connect/unwanted",
            Self::Version(source) => source.code(),
            Self::Other(source) => source.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Refused(_) | Self::NoSocket(_) => {
                "check that the server runs, and that host and port are right"
            }
            Self::UnknownHost(_) => {
                "check the spelling of the host, and that this machine can look it up"
            }
            Self::Timeout(_) => {
                "check host, port and firewalls between here and there, or allow more time with \
                 `connect_timeout`"
            }
            Self::Unreachable(_) => "check host, port and firewalls between here and there",
            Self::NoPassword { aside: Some(aside) } => return Some(aside.clone()),
            Self::NoPassword { aside: None } => {
                "set `PGPASSWORD`, or add a line `host:port:database:user:password` to `~/.pgpass`"
            }
            Self::NoTls => {
                "turn on `ssl` at the server; only where the network is trusted, use `sslmode=prefer`"
            }
            Self::Untrusted(reason) => certificate_hint(reason),
            Self::Tls(_) => "check that the server speaks TLS 1.2 or newer on this port",
            Self::Login(_) => {
                "pgRecall logs in with a password, a client certificate, or as the server's own \
                 user; `channel_binding=require` also needs TLS and SCRAM"
            }
            Self::Rejected { rejection, answer } => {
                return rejection.hint().or_else(|| answer.hint());
            }
            Self::Unwanted(_) => {
                "name the other servers as hosts too, or change `target_session_attrs`"
            }
            Self::Version(source) => return source.hint(),
            Self::Other(source) => return source.hint(),
        };
        Some(hint.to_owned())
    }
}

fn fault(reason: &CertificateError) -> String {
    match reason {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "is for another host name".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "is not valid yet".to_owned()
        }
        CertificateError::UnknownIssuer => "was not signed by a trusted authority".to_owned(),
        other => format!("cannot be trusted: {other}"),
    }
}

fn certificate_hint(reason: &CertificateError) -> &'static str {
    match reason {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "connect by a name that the certificate lists as subject alternative name, or use \
             `sslmode=verify-ca` to check its authority alone"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "renew the certificate of the server, and check the clock of this machine"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "check the clock of this machine and the dates of the certificate"
        }
        _ => {
            "name the certificate of the authority that signed it with `sslrootcert=FILE`, or with \
             `sslrootcert=system` trust those of the operating system"
        }
    }
}

impl Rejection {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Password { origin: Some(origin) } => {
                format!("the password was taken from {origin}: check it, and the user")
            }
            Self::Password { origin: None } => "check the password and the user".to_owned(),
            Self::Role(role) => format!(
                "name another user in the connection string or `PGUSER`, or let an administrator run \
                 `CREATE ROLE {} LOGIN`",
                quoted(role)
            ),
            Self::Entry => {
                "let an administrator add a line for this user, database and address to \
                 `pg_hba.conf`, or check the user"
                    .to_owned()
            }
            Self::Database(name) => format!(
                "name another database in the connection string or `PGDATABASE`, or create it with \
                 `CREATE DATABASE {}`",
                quoted(name)
            ),
            Self::Privilege(name) => {
                format!("let its owner run `GRANT CONNECT ON DATABASE {} TO …`", quoted(name))
            }
            Self::TooMany => {
                "close other connections, or raise `max_connections` or the limit of the role or \
                 database"
                    .to_owned()
            }
            Self::NotReady => {
                "wait until the server is ready, then run the command again".to_owned()
            }
            Self::Other => return None,
        })
    }
}

fn quoted(name: &str) -> String {
    pgrecall_model::Ident::new(name).map_or_else(|_| name.to_owned(), |ident| ident.to_string())
}
