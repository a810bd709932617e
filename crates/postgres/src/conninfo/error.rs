use std::fmt;
use std::io;
use std::path::PathBuf;

use pgrecall_model::{Code, Explain};

use super::parameters;

/// Why the settings of a connection cannot be used. It never contains a password.
#[derive(Debug, thiserror::Error)]
#[error("{origin} cannot be used")]
pub struct ConninfoError {
    origin: Origin,
    #[source]
    problem: Problem,
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The string that the caller gave.
    Given,
    /// An environment variable.
    Variable(&'static str),
    /// A service file.
    ServiceFile(PathBuf),
    /// Several settings together, or what stands for one that nobody made.
    Combined,
}

/// What is wrong with a setting.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error(
        "it is neither a URI such as `postgresql://user@host/database` nor `keyword=value` pairs"
    )]
    Syntax,
    #[error("a quoted value has no closing quote")]
    OpenQuote,
    #[error("the connection URI is malformed: {0}")]
    Uri(&'static str),
    #[error("the connection URI has `@` or `/` where they must be percent-encoded")]
    UnencodedAt,
    #[error("the percent-encoding in the {0} of the connection URI is broken")]
    Percent(&'static str),
    #[error("connection parameter `{0}` is not known")]
    UnknownParameter(String),
    #[error("connection parameter `{name}` must be {expected}")]
    InvalidValue { name: &'static str, expected: &'static str },
    #[error("{addresses} values of `hostaddr` do not match {hosts} of `host`")]
    AddressCount { addresses: usize, hosts: usize },
    #[error("{ports} ports do not match {hosts} hosts")]
    PortCount { ports: usize, hosts: usize },
    #[error("`sslrootcert=system` needs `sslmode=verify-full`")]
    WeakMode,
    #[error("`sslcert` and `sslkey` are only of use together")]
    HalfIdentity,
    #[error("no user is given and the operating system knows none")]
    NoUser,
    #[error("service `{name}` is not defined in {}", list(searched))]
    UnknownService { name: String, searched: Vec<PathBuf> },
    #[error("there is no such file")]
    NoServiceFile,
    #[error("the file cannot be read")]
    Unreadable(#[source] io::Error),
    #[error("line {line}: {what}")]
    ServiceLine { line: usize, what: &'static str },
}

fn list(files: &[PathBuf]) -> String {
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    if files.is_empty() { "any service file".to_owned() } else { files.join(" or ") }
}

impl Problem {
    /// The error with the place where the setting was made.
    pub(super) fn of(self, origin: &Origin) -> ConninfoError {
        ConninfoError { origin: origin.clone(), problem: self }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("the connection string"),
            Self::Variable(name) => write!(f, "`{name}`"),
            Self::ServiceFile(path) => write!(f, "the service file {}", path.display()),
            Self::Combined => f.write_str("the settings of the connection"),
        }
    }
}

impl Explain for ConninfoError {
    fn code(&self) -> Code {
        match self.problem {
            Problem::UnknownParameter(_) => "conninfo/unknown-parameter",
            Problem::UnknownService { .. } | Problem::NoServiceFile => "conninfo/unknown-service",
            Problem::Unreadable(_) | Problem::ServiceLine { .. } => "conninfo/service-file",
            Problem::NoUser => "conninfo/no-user",
            Problem::Syntax
            | Problem::OpenQuote
            | Problem::Uri(_)
            | Problem::UnencodedAt
            | Problem::Percent(_) => "conninfo/syntax",
            Problem::InvalidValue { .. }
            | Problem::AddressCount { .. }
            | Problem::PortCount { .. }
            | Problem::WeakMode
            | Problem::HalfIdentity => "conninfo/invalid-value",
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match &self.problem {
            Problem::Syntax | Problem::OpenQuote => {
                "write it as `postgresql://user@host:5432/database`, or as \
                 `host=… port=… dbname=… user=…` with values that contain blanks in single quotes"
            }
            Problem::Uri(_) | Problem::UnencodedAt | Problem::Percent(_) => {
                "percent-encode special characters in the user name and the password: `@` is `%40`, \
                 `:` is `%3A`, `/` is `%2F`, `%` is `%25`"
            }
            Problem::UnknownParameter(name) => return Some(parameter_hint(name)),
            Problem::InvalidValue { name: "port", .. } => {
                "if the password in the URI contains `/` or `:`, write them as `%2F` and `%3A`"
            }
            Problem::AddressCount { .. } => "give one address for each host, in the same order",
            Problem::PortCount { .. } => "give one port for all hosts, or one for each",
            Problem::WeakMode => "add `sslmode=verify-full`, or name a certificate file",
            Problem::HalfIdentity => "give both, the certificate and its key",
            Problem::NoUser => "add `user=…` to the connection string, or set `PGUSER`",
            Problem::UnknownService { .. } | Problem::NoServiceFile => {
                "define the service in `~/.pg_service.conf` as `[name]` with a line such as `host=…` \
                 below, or point `PGSERVICEFILE` at the file that does"
            }
            Problem::ServiceLine { .. } => {
                "a service file has lines `[name]`, `keyword=value` and `# comment`"
            }
            Problem::InvalidValue { .. } | Problem::Unreadable(_) => return None,
        };
        Some(hint.to_owned())
    }
}

fn parameter_hint(name: &str) -> String {
    match name {
        "schema" => {
            "remove it; a schema other than `public` is set by `options=-csearch_path%3Dname`"
                .to_owned()
        }
        _ => format!("remove it or correct it; known are {}", parameters::names()),
    }
}
