use pgrecall_model::{Code, Explain};
use tokio_postgres::error::{DbError, SqlState};

/// What the server, or the way to it, answered instead of a result.
///
/// Its message never contains values of rows: PostgreSQL puts those into the `DETAIL` field,
/// which is left out.
#[derive(Debug)]
pub struct ServerError(Cause);

#[derive(Debug)]
enum Cause {
    /// The driver failed, or the server answered with an error.
    Driver(tokio_postgres::Error),
    /// The server answered something that it never should.
    Unexpected(Box<dyn std::error::Error + Send + Sync>),
}

impl ServerError {
    /// For an answer that cannot be what was asked for.
    pub fn unexpected(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(Cause::Unexpected(cause.into()))
    }

    fn driver(&self) -> Option<&tokio_postgres::Error> {
        match &self.0 {
            Cause::Driver(error) => Some(error),
            Cause::Unexpected(_) => None,
        }
    }

    fn answer(&self) -> Option<&DbError> {
        self.driver().and_then(tokio_postgres::Error::as_db_error)
    }

    /// The SQLSTATE, where the server itself answered.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&SqlState> {
        self.driver().and_then(tokio_postgres::Error::code)
    }

    /// The constraint that refused a row, where it was one.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        self.answer().and_then(DbError::constraint)
    }

    /// Whether the connection is gone, so that nothing more can be done on it.
    #[must_use]
    pub fn is_disconnected(&self) -> bool {
        let Some(error) = self.driver() else { return false };
        let cut_off = || !self.is_unsendable() && io_error(error).is_some();
        error.is_closed()
            || matches!(
                self.sqlstate(),
                Some(
                    &(SqlState::ADMIN_SHUTDOWN
                        | SqlState::CRASH_SHUTDOWN
                        | SqlState::CANNOT_CONNECT_NOW)
                )
            )
            || (error.as_db_error().is_none() && cut_off())
    }

    /// Whether a lock could not be had in time.
    #[must_use]
    pub fn is_lock_timeout(&self) -> bool {
        self.sqlstate() == Some(&SqlState::LOCK_NOT_AVAILABLE)
    }

    /// Whether a constraint refused a row (SQLSTATE class 23).
    #[must_use]
    pub fn is_integrity_violation(&self) -> bool {
        self.sqlstate().is_some_and(|state| state.code().starts_with("23"))
    }

    /// Whether a value does not fit its type (SQLSTATE class 22), or cannot even be sent.
    #[must_use]
    pub fn is_data_exception(&self) -> bool {
        self.is_unsendable() || self.sqlstate().is_some_and(|state| state.code().starts_with("22"))
    }

    /// Whether the driver refused to send a text, because there is a null character in it.
    fn is_unsendable(&self) -> bool {
        let kind = self.driver().and_then(io_error).map(std::io::Error::kind);
        kind == Some(std::io::ErrorKind::InvalidInput)
    }

    /// Whether the server refused for want of a right.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.sqlstate() == Some(&SqlState::INSUFFICIENT_PRIVILEGE)
    }
}

impl std::fmt::Display for ServerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.answer() {
            // `invalid input syntax for type integer: "…"` quotes the value.
            Some(answer) if self.is_data_exception() => {
                f.write_str(&without_values(answer.message()))
            }
            Some(answer) => f.write_str(answer.message()),
            None if self.is_unsendable() => {
                f.write_str("a text with a null character in it cannot be sent")
            }
            None if self.is_disconnected() => f.write_str("the connection to the server was lost"),
            None => f.write_str("the answer of the server could not be used"),
        }
    }
}

impl std::error::Error for ServerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            // The server's own answer is this error's message; anything else lies below the driver.
            Cause::Driver(error) if error.as_db_error().is_some() => None,
            Cause::Driver(error) => std::error::Error::source(error),
            Cause::Unexpected(cause) => Some(cause.as_ref()),
        }
    }
}

impl From<tokio_postgres::Error> for ServerError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self(Cause::Driver(error))
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
            Some(&SqlState::UNDEFINED_TABLE) => "server/unknown-table",
            Some(&SqlState::UNDEFINED_COLUMN) => "server/unknown-column",
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
            Some(&SqlState::DEPENDENT_OBJECTS_STILL_EXIST) => {
                // This detail names objects, never values of rows.
                let users = self.answer().and_then(DbError::detail).unwrap_or_default();
                return Some(format!("nothing was removed; first drop what uses it: {users}"));
            }
            _ => return self.answer().and_then(|answer| answer.hint().map(str::to_owned)),
        };
        Some(hint.to_owned())
    }
}

/// What lies below the driver.
fn io_error(error: &tokio_postgres::Error) -> Option<&std::io::Error> {
    std::error::Error::source(error)?.downcast_ref()
}

/// A message of the server without what it quotes.
fn without_values(message: &str) -> String {
    let message = message.split_once(": \"").map_or(message, |(kind, _)| kind);
    let mut parts = message.split('"');
    let mut text = parts.next().unwrap_or_default().to_owned();
    while let (Some(_value), Some(after)) = (parts.next(), parts.next()) {
        text = text + "\"…\"" + after;
    }
    text
}
