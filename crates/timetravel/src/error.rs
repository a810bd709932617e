use jiff::Timestamp;
use pgrecall_journal::JournalError;
use pgrecall_model::{Code, Explain, Key, RelationName};
use pgrecall_postgres::ServerError;
use tokio_postgres::error::SqlState;

use crate::redirect::RedirectError;

/// Why the past could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum TimeTravelError {
    /// The journal could not be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The user's SQL is not what `at` can run.
    #[error(transparent)]
    Query(#[from] RedirectError),
    /// The server refused the user's SQL.
    #[error("the query failed")]
    Refused(#[source] ServerError),
    /// The user's SQL tried to change something.
    #[error("the past can only be read, and the query writes")]
    Writes(#[source] ServerError),
    /// The moment lies before recording began.
    #[error("the moment lies before the tracking of {table} began, at {since}")]
    TooEarly {
        /// The table.
        table: RelationName,
        /// When its tracking began.
        since: Timestamp,
    },
    /// The table was not there at the moment.
    #[error("{table} was not there at that moment: it was dropped by {dropped}")]
    NotThere {
        /// The table.
        table: RelationName,
        /// When that was, or was noticed.
        dropped: Timestamp,
    },
    /// The table is gone, and with it rows that the journal never saw.
    #[error("{0} was dropped since, and the journal does not know all the rows that it had")]
    Dropped(RelationName),
    /// The journal alone cannot tell what the table was.
    #[error("the journal has no baseline of {0} from which the moment can be reached")]
    NoBaseline(RelationName),
    /// The user's SQL names something that is not there.
    #[error("there was no relation {0} at that moment, and there is none now")]
    Nameless(String),
    /// The user's SQL asks for values that nobody knows any more.
    #[error("the query needs values that are not known any more")]
    Unknown(#[source] ServerError),
    /// The user's SQL reads something that the journal does not know.
    #[error("the query reads {0}, which is not tracked")]
    Untracked(RelationName),
    /// The user's SQL reads something that has no past.
    #[error("the query reads {name}, a {kind}, which has no past")]
    NoPast {
        /// What it reads.
        name: RelationName,
        /// What kind of relation that is.
        kind: &'static str,
    },
    /// The query reads a table by a way that cannot be led to the past, such as a function.
    #[error("the query reads {0} by a way that does not lead to the past, such as a function")]
    Hidden(RelationName),
    /// The query calls a function that may do more than compute.
    #[error("the query calls {0}, which may do more than compute its answer")]
    Effects(RelationName),
    /// The answer would not be certain, and the user wants no other.
    #[error("the answer would not be certain: {0}")]
    Uncertain(String),
    /// The journal and the table know no such record.
    #[error("there was no record {key} in {table}")]
    NoRecord {
        /// The table.
        table: RelationName,
        /// Which record.
        key: Key,
    },
    /// Views refer to views, too deep to follow.
    #[error("view {0} lies too deep in other views")]
    TooDeep(RelationName),
}

impl TimeTravelError {
    /// Whether it says that a relation cannot be shown as of a moment, and nothing worse.
    pub(crate) fn is_about_the_past(&self) -> bool {
        match self {
            Self::TooEarly { .. }
            | Self::Dropped(_)
            | Self::NoBaseline(_)
            | Self::Untracked(_)
            | Self::NoPast { .. }
            | Self::Hidden(_)
            | Self::TooDeep(_)
            | Self::Query(_)
            | Self::Refused(_)
            | Self::Journal(JournalError::KeyGone { .. }) => true,
            Self::Journal(_)
            | Self::Writes(_)
            | Self::NotThere { .. }
            | Self::Nameless(_)
            | Self::Unknown(_)
            | Self::Effects(_)
            | Self::Uncertain(_)
            | Self::NoRecord { .. } => false,
        }
    }
}

impl Explain for TimeTravelError {
    fn code(&self) -> Code {
        match self {
            Self::Journal(error) => error.code(),
            Self::Query(error) => error.code(),
            Self::Refused(error) => error.code(),
            Self::Writes(_) => "at/writes",
            Self::TooEarly { .. } => "at/too-early",
            Self::NotThere { .. } => "at/not-there",
            Self::Dropped(_) => "at/dropped",
            Self::NoBaseline(_) => "at/no-baseline",
            Self::Unknown(_) => "at/unknown-value",
            Self::Nameless(_) => "at/nameless",
            Self::Untracked(_) => "at/untracked",
            Self::NoPast { .. } => "at/no-past",
            Self::Hidden(_) => "at/hidden",
            Self::Effects(_) => "at/effects",
            Self::Uncertain(_) => "at/uncertain",
            Self::NoRecord { .. } => "blame/no-record",
            Self::TooDeep(_) => "at/too-deep",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Journal(error) => return error.hint(),
            Self::Query(error) => return error.hint(),
            Self::Refused(error) => return refusal_hint(error),
            Self::Writes(_) => "use a SELECT without functions that change data".to_owned(),
            Self::TooEarly { since, .. } => {
                format!("choose a moment from {since} on; what was before was not recorded")
            }
            Self::NotThere { table, .. } => {
                format!("choose an earlier moment; `pgrecall log --table '{table}'` shows its changes")
            }
            Self::Dropped(_) => {
                "a backup has them; `pgrecall at MOMENT \"SELECT …\" --allow-incomplete` shows those that were \
                 changed while it was recorded. Of other tables `pgrecall track --baseline` keeps every row"
                    .to_owned()
            }
            Self::NoBaseline(table) => {
                format!("copy its rows into the journal from now on with `pgrecall track '{table}' --baseline`")
            }
            Self::Unknown(_) => {
                "the column was dropped, added or given another type since: leave it out of the query, or have \
                 null in its place with `--allow-incomplete`"
                    .to_owned()
            }
            Self::Nameless(_) => {
                "list the tables and their columns with `pgrecall tables --all --json`".to_owned()
            }
            Self::Untracked(table) => {
                format!(
                    "track it with `pgrecall track '{table}'`, its past begins then; or read it as it is now \
                     with `--allow-untracked`"
                )
            }
            Self::NoRecord { table, .. } => {
                format!("see which records were changed with `pgrecall log --table '{table}'`")
            }
            Self::NoPast { .. } | Self::TooDeep(_) => {
                "name the tables that it is made of instead".to_owned()
            }
            Self::Effects(_) => {
                "leave it out, or have it named in `query_functions` of the target".to_owned()
            }
            Self::Uncertain(_) => {
                "ask without `--strict`, or as of a tick or mark between which and now nothing is \
                 missing"
                    .to_owned()
            }
            Self::Hidden(_) => {
                "write the table's name into the query itself, instead of calling the function"
                    .to_owned()
            }
        })
    }
}

impl From<ServerError> for TimeTravelError {
    fn from(error: ServerError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<tokio_postgres::Error> for TimeTravelError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Journal(error.into())
    }
}

/// Where the past differs from the present for the user's SQL, that is what helps.
fn refusal_hint(error: &ServerError) -> Option<String> {
    let hint = match error.sqlstate() {
        Some(&SqlState::GROUPING_ERROR) => {
            "name every column in GROUP BY: a table of the past has no primary key to group by"
        }
        Some(&SqlState::SYNTAX_ERROR) => "put the whole query into quotes for the shell",
        Some(&(SqlState::UNDEFINED_COLUMN | SqlState::UNDEFINED_TABLE)) => {
            "list the tables and their columns with `pgrecall tables --all --json`"
        }
        _ => return error.hint(),
    };
    Some(hint.to_owned())
}
