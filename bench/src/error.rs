use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use pgrecall_journal::JournalError;
use pgrecall_model::NameError;
use pgrecall_postgres::cluster::ClusterError;
use pgrecall_postgres::{ConnectError, ConninfoError, ServerError};

/// Why something could not be measured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BenchError {
    #[error("`{0}` is not of the form NAME=FILE")]
    PeerForm(String),
    #[error("there is no adapter for a peer `{name}`; there are {known}")]
    UnknownPeer { name: String, known: String },
    #[error("the peer `{0}` is named twice")]
    PeerTwice(String),
    #[error("no asynchronous runtime")]
    Runtime(#[source] io::Error),
    #[error("the scratch server does not work")]
    Cluster(#[from] ClusterError),
    #[error("the scratch server cannot be reached")]
    Conninfo(#[from] ConninfoError),
    #[error("no connection to the scratch server")]
    Connect(#[from] ConnectError),
    #[error("the scratch server does not run")]
    NotRunning,
    #[error("{0}")]
    Server(#[from] ServerError),
    #[error("{0}")]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Name(#[from] NameError),
    #[error("cannot {action} `{}`", path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    #[error("cannot run `{program}`")]
    Program { program: String, source: io::Error },
    #[error("`{program}` failed: {told}")]
    ProgramFailed { program: String, told: String },
    #[error("`{0}` is not installed with the server")]
    ProgramMissing(&'static str),
    #[error("the CPU time of a session cannot be read from `{}`; this needs Linux", .0.display())]
    NoCpuTime(PathBuf),
    #[error("changed {found} rows instead of {expected}")]
    RowCount { found: u64, expected: u64 },
    #[error("took longer than {0} s")]
    TooLong(u32),
    #[error("{0}")]
    TimeTravel(#[from] pgrecall_timetravel::TimeTravelError),
    #[error("{0}")]
    Undo(#[from] pgrecall_undo::UndoError),
    #[error("the rows are not as they were before the mistake")]
    NotBack,
    #[error("{lost} events were lost, {repeated} were told again")]
    Events { lost: usize, repeated: usize },
    #[error("recorded nothing")]
    NothingRecorded,
    #[error("the results cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl BenchError {
    /// Makes an error out of the system's, for `map_err`.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { action, path, source }
    }
}

/// The driver's own errors are the server's.
impl From<tokio_postgres::Error> for BenchError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(ServerError::from(error))
    }
}

/// An error with its causes in one line; a cause that repeats what was said is left out.
pub(crate) fn told(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    for cause in causes.map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}
