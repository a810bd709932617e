use std::path::{Path, PathBuf};
use std::process::Stdio;

use pgrecall_model::Ident;
use pgrecall_postgres::cluster::{Binaries, Cluster, ClusterAccess, ClusterOptions, Status};
use pgrecall_postgres::{Conninfo, Database, Environment, Template};
use pgrecall_testkit::ServerFolder;
use tokio::process::Command;

use crate::error::BenchError;

/// What the server is set to. Commits do not wait for the disk, whose pace on a shared machine says
/// nothing about capture; what they write is the same. Nothing runs in the background that the
/// measures would catch by chance: vacuuming is done between them, and so are checkpoints.
pub(crate) const SETTINGS: [(&str, &str); 8] = [
    ("shared_buffers", "512MB"),
    ("fsync", "on"),
    ("synchronous_commit", "off"),
    ("autovacuum", "off"),
    ("max_wal_size", "16GB"),
    ("checkpoint_timeout", "1h"),
    ("max_connections", "50"),
    ("shared_preload_libraries", ""),
];

/// How the server lists our connections.
const APPLICATION: &str = "pgrecall-bench";

/// A server for one run. It is stopped and deleted when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct ScratchServer {
    cluster: Cluster,
    access: ClusterAccess,
    conninfo: Conninfo,
    _folder: ServerFolder,
}

impl ScratchServer {
    /// Starts a server with the programs in a folder, or with the newest that are installed.
    pub(crate) fn start(bin: Option<&Path>) -> Result<Self, BenchError> {
        let binaries = match bin {
            Some(folder) => Binaries::in_folder(folder)?,
            None => Binaries::find(&Environment::from_process())?,
        };
        let folder = ServerFolder::new();
        let options = ClusterOptions::new(folder.path(), binaries);
        let options = SETTINGS
            .into_iter()
            .fold(options, |options, (name, value)| options.setting(name, value));
        let cluster = Cluster::open(options)?;
        let access = cluster.start()?;
        let conninfo = Conninfo::resolve(Some(&access.url()), &Environment::default())?;
        Ok(Self { cluster, access, conninfo, _folder: folder })
    }

    /// A session in a database, as the superuser.
    pub(crate) async fn connect(&self, database: &Ident) -> Result<Database, BenchError> {
        let conninfo = self.conninfo.clone().with_database(database.as_str());
        session(&conninfo).await
    }

    /// A session in the database that exists from the beginning.
    pub(crate) async fn administer(&self) -> Result<Database, BenchError> {
        session(&self.conninfo).await
    }

    /// Makes a database, as a copy of another one or empty.
    pub(crate) async fn create(
        &self,
        name: &Ident,
        base: Option<&Ident>,
    ) -> Result<(), BenchError> {
        self.drop_database(name).await?;
        let sql = match base {
            Some(base) => Template::new(include_str!("../sql/server/create_copy.sql"))
                .with("database", name)
                .with("base", base),
            None => {
                Template::new(include_str!("../sql/server/create_empty.sql")).with("database", name)
            }
        };
        let server = self.administer().await?;
        server.batch(&sql.sql()).await?;
        server.close().await;
        Ok(())
    }

    /// Drops a database if it is there.
    pub(crate) async fn drop_database(&self, name: &Ident) -> Result<(), BenchError> {
        let sql = Template::new(include_str!("../sql/server/drop.sql")).with("database", name);
        let server = self.administer().await?;
        server.batch(&sql.sql()).await?;
        server.close().await;
        Ok(())
    }

    /// A call of one of the server's client programs for a database.
    pub(crate) fn program(
        &self,
        name: &'static str,
        database: &Ident,
    ) -> Result<Command, BenchError> {
        let beside = self.cluster.binaries().folder().join(name);
        let path = Some(beside).filter(|path| path.is_file());
        let path = path.or_else(|| {
            self.cluster.binaries().psql().filter(|_| name == "psql").map(PathBuf::from)
        });
        let mut command = Command::new(path.ok_or(BenchError::ProgramMissing(name))?);
        command.stdin(Stdio::null()).kill_on_drop(true);
        // The caller's own settings for PostgreSQL are not for this server.
        for (variable, _) in std::env::vars_os() {
            if variable.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(variable);
            }
        }
        command
            .env("PGPASSWORD", self.access.password())
            .env("PGHOST", self.access.host())
            .env("PGPORT", self.access.port().to_string())
            .env("PGUSER", self.access.user())
            .env("PGDATABASE", database.as_str())
            .env("PGAPPNAME", APPLICATION);
        Ok(command)
    }

    /// A database as it is described in `pgrecall.toml`.
    pub(crate) fn settings(&self, database: &Ident) -> String {
        format!(
            "host = \"{}\"\nport = {}\nuser = \"{}\"\npassword = \"{}\"\ndatabase = \"{}\"\n",
            self.access.host(),
            self.access.port(),
            self.access.user(),
            self.access.password(),
            database.as_str(),
        )
    }

    /// The process id of the postmaster.
    pub(crate) fn pid(&self) -> Result<u32, BenchError> {
        match self.cluster.status() {
            Status::Running { pid, .. } => Ok(pid),
            Status::Stopped => Err(BenchError::NotRunning),
        }
    }
}

/// On the heap, because every measure waits for one and would carry its size along.
async fn session(conninfo: &Conninfo) -> Result<Database, BenchError> {
    Ok(Box::pin(Database::connect(conninfo, APPLICATION)).await?)
}

/// Runs a program to its end; gives what it wrote to standard output.
pub(crate) async fn output(name: &'static str, mut command: Command) -> Result<String, BenchError> {
    let program = || name.to_owned();
    let output = command
        .output()
        .await
        .map_err(|source| BenchError::Program { program: program(), source })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    // `psql` says first where and what; notices come before that.
    let line = told.lines().find(|line| line.contains("ERROR") || line.contains("error:"));
    let told = line.or(told.lines().last()).unwrap_or("it says nothing").to_owned();
    Err(BenchError::ProgramFailed { program: program(), told })
}
