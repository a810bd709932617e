use pgrecall_model::{Code, Explain};
use tokio_postgres::error::SqlState;

/// What the server, or the way to it, answered instead of a result.
///
/// Its message never contains values of rows: PostgreSQL puts those into the `DETAIL` field,
/// which is left out.
#[derive(Debug)]
pub struct ServerError(tokio_postgres::Error);

impl ServerError {
    /// The SQLSTATE, where the server itself answered.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&SqlState> {
        self.0.code()
    }

    /// The constraint that refused a row, where it was one.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        self.0.as_db_error().and_then(tokio_postgres::error::DbError::constraint)
    }

    /// Whether the connection is gone, so that nothing more can be done on it.
    #[must_use]
    pub fn is_disconnected(&self) -> bool {
        self.0.is_closed()
            || matches!(
                self.sqlstate(),
                Some(&SqlState::ADMIN_SHUTDOWN | &SqlState::CRASH_SHUTDOWN | &SqlState::CANNOT_CONNECT_NOW)
            )
            || (self.0.as_db_error().is_none() && std::error::Error::source(&self.0).is_some_and(|s| s.is::<std::io::Error>()))
    }

    /// Whether the server refused for want of a right.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.sqlstate() == Some(&SqlState::INSUFFICIENT_PRIVILEGE)
    }
}

impl std::fmt::Display for ServerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.as_db_error() {
            Some(answer) => f.write_str(answer.message()),
            None if self.is_disconnected() => f.write_str("the connection to the server was lost"),
            None => f.write_str("the server could not be talked to"),
        }
    }
}

impl std::error::Error for ServerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // The server's own answer is this error's message; anything else lies below the driver.
        if self.0.as_db_error().is_some() { None } else { std::error::Error::source(&self.0) }
    }
}

impl From<tokio_postgres::Error> for ServerError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self(error)
    }
}

impl Explain for ServerError {
    fn code(&self) -> Code {
        match self.sqlstate() {
            _ if self.is_disconnected() => "server/disconnected",
            Some(&SqlState::INSUFFICIENT_PRIVILEGE) => "server/forbidden",
            Some(&SqlState::READ_ONLY_SQL_TRANSACTION) => "server/read-only",
            Some(&SqlState::LOCK_NOT_AVAILABLE) => "server/locked",
            Some(&SqlState::QUERY_CANCELED) => "server/cancelled",
            Some(&(SqlState::DISK_FULL | SqlState::OUT_OF_MEMORY)) => "server/full",
            Some(_) => "server/refused",
            None => "server/protocol",
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self.sqlstate() {
            _ if self.is_disconnected() => {
                "nothing was committed; check that the server runs, then run the command again"
            }
            Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                "connect as a user with the right, or ask the owner to grant it"
            }
            Some(&SqlState::READ_ONLY_SQL_TRANSACTION) => {
                "connect to a server that accepts writes, not to a standby"
            }
            Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                "another session holds a lock on the table; nothing was changed, try again when it is done"
            }
            Some(&SqlState::DISK_FULL) => {
                "nothing was committed; free space on the database server, then run the command again"
            }
            _ => return self.0.as_db_error().and_then(|answer| answer.hint().map(str::to_owned)),
        };
        Some(hint.to_owned())
    }
}
