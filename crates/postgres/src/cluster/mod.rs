//! A private PostgreSQL server in a folder: for `pgrecall demo`, for the home database and for
//! tests.
//!
//! The server's programs are those installed on the machine ([`Binaries`]); nothing is downloaded.
//! Everything lies in one folder: `data`, `socket`, `log`, `superuser-password` and `lock`. The
//! server listens on 127.0.0.1 and on its own socket only, and outlives the process that started
//! it. Every operation can be repeated, takes the folder's lock while it works, and copes with
//! what a killed predecessor left behind.
//!
//! Called by root, the server's processes run as an unprivileged account, because PostgreSQL
//! refuses to run as root.
//!
//! To search one more place for programs: a line in `binaries::places`.

mod access;
mod account;
mod binaries;
mod error;
mod folder;
mod initialize;
mod launch;
mod lock;
mod postmaster;
mod settings;

use std::fmt;
use std::path::{Path, PathBuf};

pub use access::ClusterAccess;
pub use binaries::Binaries;
pub use error::ClusterError;

use crate::Environment;
use account::Account;
use folder::Folder;
use lock::Lock;
use postmaster::Postmaster;
use settings::Settings;

/// Where a cluster lies and how its server is set up.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    folder: PathBuf,
    candidates: Vec<Binaries>,
    settings: Vec<(String, String)>,
}

impl ClusterOptions {
    /// The user's own cluster: in the folder for data, run by the newest server installed.
    ///
    /// # Errors
    /// When no server is installed, or no folder for data can be told.
    pub fn for_user(environment: &Environment) -> Result<Self, ClusterError> {
        let folder = folder::for_user(environment)?;
        Ok(Self { folder, candidates: Binaries::all(environment)?, settings: Vec::new() })
    }

    /// A cluster in a given folder, run by given programs.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, binaries: Binaries) -> Self {
        Self { folder: folder.into(), candidates: vec![binaries], settings: Vec::new() }
    }

    /// Puts the cluster into another folder.
    #[must_use]
    pub fn in_folder(self, folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), ..self }
    }

    /// Adds a server setting, such as `fsync` = `off`. It holds from the next start on.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }
}

/// Whether a cluster's server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It runs as this process, and accepts connections once it is `ready`.
    Running {
        /// The process id of the postmaster.
        pid: u32,
        /// Whether it accepts connections: not yet while it recovers from a crash.
        ready: bool,
    },
    /// It does not run.
    Stopped,
}

/// An initialised cluster in a folder; its server may run or not.
pub struct Cluster {
    folder: Folder,
    binaries: Binaries,
    account: Account,
    settings: Settings,
    password: String,
}

/// Without the password, so that no log gets hold of it.
impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("folder", &self.folder)
            .field("binaries", &self.binaries)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// Opens the cluster in the folder, and creates it when there is none yet. The server is not
    /// started.
    ///
    /// # Errors
    /// When the folder cannot be used, the cluster is of a version whose programs are not
    /// installed, or `initdb` fails.
    pub fn open(options: ClusterOptions) -> Result<Self, ClusterError> {
        let settings = Settings::new(options.settings)?;
        let folder = Folder::create(&options.folder)?;
        let _lock = Lock::acquire(&folder)?;
        let account = Account::for_data(&folder.data())?;
        folder.open_to(&account)?;
        let binaries = initialize::suitable(&options.candidates, &folder)?;
        account.check_reach(binaries.folder())?;
        let password = initialize::password(&folder)?;
        if folder.major_version()?.is_none() {
            let no_sync = settings.are_for_throw_away();
            initialize::Initdb { folder: &folder, binaries: &binaries, account: &account, no_sync }
                .run(&password)?;
        }
        Ok(Self { folder, binaries, account, settings, password })
    }

    /// Starts the server and waits until it accepts connections. Does nothing when it runs.
    ///
    /// # Errors
    /// When the server does not come up; the error holds what it wrote to its log.
    pub fn start(&self) -> Result<ClusterAccess, ClusterError> {
        let _lock = Lock::acquire(&self.folder)?;
        let launch = launch::Launch {
            folder: &self.folder,
            program: &self.binaries.postgres(),
            account: &self.account,
            settings: &self.settings,
        };
        launch.run()?;
        self.access()
    }

    /// Stops the server: sessions are ended, everything committed is kept. Does nothing when it
    /// does not run.
    ///
    /// # Errors
    /// When the server does not stop within a minute.
    pub fn stop(&self) -> Result<(), ClusterError> {
        let _lock = Lock::acquire(&self.folder)?;
        postmaster::stop(&self.folder.data())
    }

    /// Whether the server runs.
    #[must_use]
    pub fn status(&self) -> Status {
        match Postmaster::find(&self.folder.data()) {
            Some(postmaster) => Status::Running { pid: postmaster.pid, ready: postmaster.ready },
            None => Status::Stopped,
        }
    }

    /// Stops the server and deletes the cluster with all its data.
    ///
    /// # Errors
    /// When the server does not stop, or a file cannot be deleted.
    pub fn remove(self) -> Result<(), ClusterError> {
        Self::remove_from(self.folder.path())
    }

    /// Stops the server of the cluster in a folder and deletes it, whatever state it is in and
    /// whether or not its programs are still installed. Other files in the folder stay.
    ///
    /// # Errors
    /// When the server does not stop, or a file cannot be deleted.
    pub fn remove_from(folder: &Path) -> Result<(), ClusterError> {
        if !folder.exists() {
            return Ok(());
        }
        let folder = Folder::create(folder)?;
        let _lock = Lock::acquire(&folder)?;
        postmaster::stop(&folder.data())?;
        folder.delete()
    }

    /// How to connect as the superuser.
    ///
    /// # Errors
    /// When the server was never started.
    pub fn access(&self) -> Result<ClusterAccess, ClusterError> {
        let port = self.folder.port()?.ok_or(ClusterError::NeverStarted)?;
        Ok(ClusterAccess::new(port, self.folder.socket_if_usable(), self.password.clone()))
    }

    /// The connection URL of the superuser, with the password.
    ///
    /// # Errors
    /// When the server was never started.
    pub fn superuser_url(&self) -> Result<String, ClusterError> {
        Ok(self.access()?.url())
    }

    /// The folder in which everything lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The server's own files.
    #[must_use]
    pub fn data_folder(&self) -> PathBuf {
        self.folder.data()
    }

    /// The server's log.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.folder.log()
    }

    /// The programs that run the server.
    #[must_use]
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }
}
