use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use pgrecall_postgres::cluster::{Cluster, ClusterAccess, ClusterError, ClusterOptions, Status};

use crate::installed;
use crate::{ServerFolder, Session, TestDatabase};

/// Quick, because nothing has to survive a power cut; and with room for every kind of test.
const SETTINGS: [(&str, &str); 6] = [
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("wal_level", "logical"),
    ("max_prepared_transactions", "20"),
    ("max_connections", "200"),
    ("shared_preload_libraries", ""),
];

/// A PostgreSQL server that lasts as long as the test process at most.
#[derive(Debug, Clone)]
pub struct Server(Arc<Running>);

#[derive(Debug)]
struct Running {
    cluster: Cluster,
    databases: AtomicU32,
    _folder: ServerFolder,
}

impl Server {
    /// The server that all tests of the process share. Tests must not stop it, change its
    /// settings or rely on the absence of other databases and roles.
    ///
    /// # Panics
    /// When the server does not start.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        // Servers of one's own are there to be killed, which must not lose what was committed.
        SHARED.get_or_init(|| Self::own(&[("synchronous_commit", "off")]))
    }

    /// A server for one test alone, with further settings. It is stopped and deleted when the
    /// last handle to it and to its databases is dropped.
    ///
    /// # Panics
    /// When the server does not start.
    #[must_use]
    pub fn own(settings: &[(&str, &str)]) -> Self {
        let folder = ServerFolder::new();
        let options = ClusterOptions::new(folder.path(), installed::binaries());
        let all = SETTINGS.iter().chain(settings);
        let options = all.fold(options, |options, (name, value)| options.setting(*name, *value));
        let start = || -> Result<Cluster, ClusterError> {
            let cluster = Cluster::open(options)?;
            cluster.start()?;
            Ok(cluster)
        };
        match start() {
            Ok(cluster) => {
                Self(Arc::new(Running { cluster, databases: AtomicU32::new(0), _folder: folder }))
            }
            Err(error) => panic!("no server for the test: {error}"),
        }
    }

    /// A fresh, empty database.
    ///
    /// # Panics
    /// When the server does not make one.
    pub async fn database(&self) -> TestDatabase {
        let number = self.0.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        let session = Session::open(&self.access().url()).await;
        // The other template may hold what the system's packager put there.
        session.execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        TestDatabase::open(self.clone(), name).await
    }

    /// The server's major version, such as 15.
    #[must_use]
    pub fn major_version(&self) -> u32 {
        self.0.cluster.binaries().version().major()
    }

    /// How to connect as the superuser.
    ///
    /// # Panics
    /// When the server's files are gone.
    #[must_use]
    pub fn access(&self) -> ClusterAccess {
        self.0.cluster.access().unwrap_or_else(|error| panic!("no way to the server: {error}"))
    }

    /// Stops the server as an administrator would. For a server of one's own only.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop(&self) {
        self.0.cluster.stop().unwrap_or_else(|error| panic!("the server does not stop: {error}"));
    }

    /// Starts the server after [`Server::stop`] or [`Server::kill`].
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&self) {
        if let Err(error) = self.0.cluster.start() {
            panic!("the server does not start: {error}");
        }
    }

    /// Kills the postmaster without warning, as a crash or the system in want of memory would.
    /// For a server of one's own only.
    ///
    /// # Panics
    /// When the server does not run.
    pub fn kill(&self) {
        use rustix::process::{Pid, Signal, kill_process};
        let Status::Running { pid, .. } = self.0.cluster.status() else {
            panic!("the server to kill does not run");
        };
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
        if let Some(Err(error)) = pid.map(|pid| kill_process(pid, Signal::KILL)) {
            panic!("cannot kill the server: {error}");
        }
        while matches!(self.0.cluster.status(), Status::Running { .. }) {
            std::thread::yield_now();
        }
    }

    /// The server's own files.
    #[must_use]
    pub fn data_folder(&self) -> PathBuf {
        self.0.cluster.data_folder()
    }

    /// What the server has written to its log.
    ///
    /// # Panics
    /// When the log cannot be read.
    #[must_use]
    pub fn log(&self) -> String {
        let log = self.0.cluster.log_file();
        std::fs::read_to_string(log).unwrap_or_else(|error| panic!("no log: {error}"))
    }

    pub(crate) fn psql(&self) -> Option<&Path> {
        self.0.cluster.binaries().psql()
    }
}
