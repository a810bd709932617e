use std::fmt;

use pgrecall_model::{Code, Explain};

use super::failure::Failure;
use crate::conninfo::{Conninfo, Endpoint};
use crate::tls::TlsError;
use crate::version::VersionError;

/// Why no connection came about. It never contains a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The server's version is not served.
    #[error(transparent)]
    Version(VersionError),
    /// TLS could not be made ready.
    #[error("the connection cannot be secured")]
    Tls(#[from] TlsError),
    /// The only host failed.
    #[error("cannot connect to {target}")]
    Host {
        /// What was to be reached, as [`Conninfo::describe`] tells it.
        target: String,
        /// What came in between.
        #[source]
        failure: Failure,
    },
    /// Every host that was tried failed.
    #[error("cannot connect to {target}")]
    Hosts {
        /// What was to be reached, as [`Conninfo::describe`] tells it.
        target: String,
        /// What came in between.
        #[source]
        failures: Failures,
    },
}

/// What came in between at each host that was tried.
#[derive(Debug)]
pub struct Failures(Vec<(Endpoint, Failure)>);

impl Failures {
    /// The hosts in the order they were tried, each with its failure.
    pub fn iter(&self) -> impl Iterator<Item = (&Endpoint, &Failure)> {
        self.0.iter().map(|(endpoint, failure)| (endpoint, failure))
    }
}

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (endpoint, failure)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{endpoint}: {failure}")?;
        }
        Ok(())
    }
}

/// Has no source: which of several would it be.
impl std::error::Error for Failures {}

impl ConnectError {
    pub(super) fn new(conninfo: &Conninfo, mut failures: Vec<(Endpoint, Failure)>) -> Self {
        let target = conninfo.describe();
        match failures.pop() {
            Some((_, Failure::Version(error))) => Self::Version(error),
            Some((_, failure)) if conninfo.hosts().len() == 1 => Self::Host { target, failure },
            last => {
                failures.extend(last);
                Self::Hosts { target, failures: Failures(failures) }
            }
        }
    }
}

impl Explain for ConnectError {
    fn code(&self) -> Code {
        match self {
            Self::Version(error) => error.code(),
            Self::Tls(error) => error.code(),
            Self::Host { failure, .. } => failure.code(),
            Self::Hosts { failures, .. } => {
                let mut codes = failures.iter().map(|(_, failure)| failure.code());
                let first = codes.next().unwrap_or("connect/failed");
                if codes.all(|code| code == first) { first } else { "connect/failed" }
            }
        }
    }

    /// Of several failures the last one ended the search, so its hint leads on.
    fn hint(&self) -> Option<String> {
        match self {
            Self::Version(error) => error.hint(),
            Self::Tls(error) => error.hint(),
            Self::Host { failure, .. } => failure.hint(),
            Self::Hosts { failures, .. } => failures.iter().last().and_then(|(_, f)| f.hint()),
        }
    }
}
