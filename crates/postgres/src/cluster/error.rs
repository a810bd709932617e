use std::io;
use std::path::{Path, PathBuf};

use pgrecall_model::{Code, Explain};

use crate::VersionError;

/// Why a cluster could not be created, started, stopped or deleted.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No server is installed in any of the usual places.
    #[error("no PostgreSQL server was found on this machine")]
    NothingInstalled,
    /// A server is installed, but of no version that is served.
    #[error("the PostgreSQL server in `{}` cannot be used", folder.display())]
    NotServed {
        /// Where its programs lie.
        folder: PathBuf,
        /// What is wrong with its version.
        source: VersionError,
    },
    /// A folder that should hold the server's programs lacks some.
    #[error("`{}` holds no program `{missing}`", folder.display())]
    Incomplete {
        /// The folder.
        folder: PathBuf,
        /// The first program that is missing.
        missing: &'static str,
    },
    /// A program of the server does not run.
    #[error("cannot run `{}`", program.display())]
    Program {
        /// The program.
        program: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The cluster was made by a version of which no programs are found.
    #[error(
        "the cluster in `{}` is of PostgreSQL {cluster}, and the programs found are of {found}",
        folder.display()
    )]
    OtherVersion {
        /// Where the cluster lies.
        folder: PathBuf,
        /// The version it was made by.
        cluster: String,
        /// The versions found.
        found: String,
    },
    /// There is no home directory and no setting that says where to put data.
    #[error("there is no folder to keep data in: `HOME` is not set")]
    NoDataFolder,
    /// Root needs an account without rights to run the server as, and there is none.
    #[error("PostgreSQL does not run as root, and there is no account `postgres` or `nobody`")]
    NoAccount,
    /// The account that the server runs as cannot get at something.
    #[error("the account `{account}`, which runs the server, cannot enter `{}`", folder.display())]
    OutOfReach {
        /// The account.
        account: String,
        /// The folder that it cannot enter.
        folder: PathBuf,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} `{}`", path.display())]
    File {
        /// What was tried, as a verb.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("cannot choose a password: {0}")]
    Random(String),
    /// The cluster is there, the file with its password is not.
    #[error("the file `{}` with the password of the cluster is missing", .0.display())]
    PasswordLost(PathBuf),
    /// A server setting that cannot be written into a configuration file.
    #[error("`{0}` is no server setting")]
    BadSetting(String),
    /// No TCP port is free.
    #[error("no TCP port on 127.0.0.1 is free")]
    NoPort(#[source] io::Error),
    /// `initdb` failed.
    #[error("`initdb` failed: {0}")]
    Initialize(String),
    /// The server ended while it was starting.
    #[error("the server did not start; its log `{}` ends with: {tail}", log.display())]
    Start {
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The server is still not ready.
    #[error("the server was not ready after {seconds} s; its log `{}` ends with: {tail}", log.display())]
    StartTimeout {
        /// How long it was waited for.
        seconds: u64,
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The server does not stop.
    #[error("the server, process {0}, does not stop")]
    Stop(u32),
    /// Asked how to connect to a server that never ran.
    #[error("the server of the cluster was never started")]
    NeverStarted,
}

impl ClusterError {
    /// Makes an error of this kind out of the operating system's one, for `map_err`.
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { action, path, source }
    }
}

impl Explain for ClusterError {
    fn code(&self) -> Code {
        match self {
            Self::NothingInstalled => "cluster/not-installed",
            Self::NotServed { .. } => "cluster/not-served",
            Self::Incomplete { .. } => "cluster/incomplete",
            Self::Program { .. } => "cluster/program",
            Self::OtherVersion { .. } => "cluster/other-version",
            Self::NoDataFolder => "cluster/no-data-folder",
            Self::NoAccount => "cluster/no-account",
            Self::OutOfReach { .. } => "cluster/out-of-reach",
            Self::File { .. } => "cluster/file",
            Self::Random(_) => "cluster/random",
            Self::PasswordLost(_) => "cluster/password-lost",
            Self::BadSetting(_) => "cluster/bad-setting",
            Self::NoPort(_) => "cluster/no-port",
            Self::Initialize(_) => "cluster/initialize",
            Self::Start { .. } | Self::StartTimeout { .. } => "cluster/start",
            Self::Stop(_) => "cluster/stop",
            Self::NeverStarted => "cluster/never-started",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NothingInstalled => {
                "install one: Debian and Ubuntu `apt-get install postgresql`, Fedora \
                 `dnf install postgresql-server`, macOS `brew install postgresql@18`; or set \
                 `PGRECALL_PG_BIN` to the folder that holds `initdb` and `postgres`"
                    .to_owned()
            }
            Self::NotServed { source, .. } => source.hint()?,
            Self::Incomplete { .. } => {
                "set `PGRECALL_PG_BIN` to the folder that holds `initdb`, `pg_ctl` and `postgres`, \
                 such as `/usr/lib/postgresql/18/bin`, or unset it to search the usual places"
                    .to_owned()
            }
            Self::OtherVersion { cluster, .. } => format!(
                "install the server of PostgreSQL {cluster}, set `PGRECALL_PG_BIN` to the folder of \
                 its programs, or choose another folder with `PGRECALL_DATA_DIR`"
            ),
            Self::NoDataFolder => "set `PGRECALL_DATA_DIR` to a folder of yours".to_owned(),
            Self::NoAccount => {
                "create one with `useradd --system postgres`, or run this as another user than root"
                    .to_owned()
            }
            Self::OutOfReach { folder, .. } => format!(
                "let it with `chmod a+x {}`, or choose another folder with `PGRECALL_DATA_DIR`",
                folder.display()
            ),
            Self::File { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                "choose a folder of yours with `PGRECALL_DATA_DIR`".to_owned()
            }
            Self::PasswordLost(_) => {
                "put the file back, or choose another folder with `PGRECALL_DATA_DIR`".to_owned()
            }
            Self::Stop(pid) => format!("see what it waits for, or end it with `kill -QUIT {pid}`"),
            _ => return None,
        })
    }
}
