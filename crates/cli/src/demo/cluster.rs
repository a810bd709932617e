//! The private server: started, stopped, removed, and given an empty database.

use std::path::{Path, PathBuf};

use pgrecall_postgres::cluster::{Cluster, ClusterAccess, ClusterError, ClusterOptions, Status};
use pgrecall_postgres::{Conninfo, Database, Environment, ServerError};
use serde_json::json;

use super::error::DemoError;
use super::{Talk, console};
use crate::failure::Failure;
use crate::output;

/// The database of the demo.
const DATABASE: &str = "demo";
/// What the server shows as the name of the connection that sets the stage.
const APPLICATION: &str = "pgrecall demo";

/// What was done, in messages and as a field of the JSON object.
const STOPPED: &str = "stopped";
/// The same.
const REMOVED: &str = "removed";

/// A running server with an empty database `demo`, which nobody else may take away while this
/// value lives.
#[derive(Debug)]
pub(super) struct Stage {
    access: ClusterAccess,
    folder: PathBuf,
    url: String,
    _lock: Database,
}

impl Stage {
    /// Starts the server and makes the database anew, whatever an earlier demo has left.
    pub(super) async fn set(talk: &Talk) -> Result<Self, Failure> {
        talk.progress("Starting a private PostgreSQL");
        let started = open().and_then(|cluster| Ok((cluster.start()?, cluster)));
        talk.progress_done();
        let (access, cluster) = started?;
        // The one of an earlier demo would lose its database.
        console::end(cluster.folder()).await?;
        let version = cluster.binaries().version();
        let (host, port) = (access.host(), access.port());
        let folder = cluster.folder().display();
        talk.line(format!("Server       PostgreSQL {version} on {host}:{port}, in {folder}"))?;
        let lock = lock(&access).await?;
        lock.batch(include_str!("sql/application/drop_database.sql")).await?;
        lock.batch(include_str!("sql/application/create_database.sql")).await?;
        let (url, folder) = (url(&access, DATABASE), cluster.folder().to_path_buf());
        Ok(Self { access, folder, url, _lock: lock })
    }

    /// Where the server keeps what it has.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// How somebody else than the superuser connects to the database.
    pub(super) fn url_as(&self, user: &str, password: &str) -> String {
        let (host, port) = (self.access.host(), self.access.port());
        format!("postgres://{user}:{password}@{host}:{port}/{DATABASE}")
    }

    /// How to connect to the database, with the password: it guards nothing but this demo.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Connects to the database.
    pub(super) async fn connect(&self, application: &str) -> Result<Database, Failure> {
        connect(&self.url, application).await
    }
}

/// Stops the server, if it runs.
pub(crate) async fn stop(json: bool) -> Result<(), Failure> {
    let cluster = open()?;
    let folder = cluster.folder().to_path_buf();
    console::end(&folder).await?;
    if was_never_started(&cluster) {
        cluster.remove()?;
        return told(json, STOPPED, None);
    }
    let was_running = cluster.status() != Status::Stopped;
    cluster.stop()?;
    told(json, STOPPED, was_running.then_some(folder))
}

/// Stops the server and deletes it with all its data.
pub(crate) async fn clean(json: bool) -> Result<(), Failure> {
    let cluster = match open() {
        Ok(cluster) => cluster,
        // Its programs were removed since; that must not keep it from being deleted.
        Err(ClusterError::OtherVersion { folder, .. }) => {
            console::end(&folder).await?;
            Cluster::remove_from(&folder)?;
            return told(json, REMOVED, Some(folder));
        }
        Err(error) => return Err(error.into()),
    };
    console::end(cluster.folder()).await?;
    let folder = (!was_never_started(&cluster)).then(|| cluster.folder().to_path_buf());
    cluster.remove()?;
    told(json, REMOVED, folder)
}

fn told(json: bool, done: &str, folder: Option<PathBuf>) -> Result<(), Failure> {
    if json {
        return output::json(&json!({ done: folder.is_some(), "folder": folder }));
    }
    output::say(match folder {
        Some(folder) if done == STOPPED => {
            format!("The server in {} is stopped; its data are kept.", folder.display())
        }
        Some(folder) => {
            format!("The server is stopped, and {} is deleted with all data.", folder.display())
        }
        None if done == STOPPED => "No server of the demo is running.".to_owned(),
        None => "There is nothing to delete.".to_owned(),
    });
    Ok(())
}

fn open() -> Result<Cluster, ClusterError> {
    Cluster::open(ClusterOptions::for_user(&Environment::from_process())?)
}

/// A cluster that was never started came to be just now, by being opened.
fn was_never_started(cluster: &Cluster) -> bool {
    matches!(cluster.access(), Err(ClusterError::NeverStarted))
}

/// Connects to the database that is always there, and keeps other demos away until the connection
/// ends.
async fn lock(access: &ClusterAccess) -> Result<Database, Failure> {
    let database = connect(&access.url(), APPLICATION).await?;
    let row = database
        .client()
        .query_one(include_str!("sql/application/try_lock.sql"), &[])
        .await
        .map_err(ServerError::from)?;
    if row.try_get(0).map_err(ServerError::from)? {
        Ok(database)
    } else {
        Err(DemoError::Busy.into())
    }
}

/// The user's own settings are for other servers.
async fn connect(url: &str, application: &str) -> Result<Database, Failure> {
    let conninfo = Conninfo::resolve(Some(url), &Environment::default())?;
    Ok(Database::connect(&conninfo, application).await?)
}

fn url(access: &ClusterAccess, database: &str) -> String {
    let (user, password) = (access.user(), access.password());
    format!("postgres://{user}:{password}@{}:{}/{database}", access.host(), access.port())
}
