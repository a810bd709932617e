use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::ClusterError;
use crate::{Environment, ServerVersion};

/// The programs without which a folder is none of a PostgreSQL server.
const NEEDED: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// The programs of one installed PostgreSQL server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    folder: PathBuf,
    version: ServerVersion,
    psql: Option<PathBuf>,
}

impl Binaries {
    /// The newest server of a served version that is installed, or the one that
    /// `PGRECALL_PG_BIN` points to.
    ///
    /// # Errors
    /// When there is none, or `PGRECALL_PG_BIN` points to none.
    pub fn find(environment: &Environment) -> Result<Self, ClusterError> {
        let mut all = Self::all(environment)?;
        Ok(all.swap_remove(0))
    }

    /// All servers of served versions that are installed, at least one, the newest first; only
    /// the one that `PGRECALL_PG_BIN` points to if that is set.
    ///
    /// # Errors
    /// As for [`Binaries::find`].
    pub fn all(environment: &Environment) -> Result<Vec<Self>, ClusterError> {
        let path = environment.get("PATH").unwrap_or_default();
        let psql = in_path(path, "psql");
        if let Some(folder) = environment.postgres_bin() {
            return Ok(vec![Self::in_folder(folder)?.or_psql(psql)]);
        }
        let mut folders: Vec<PathBuf> =
            places(path).iter().filter_map(|place| program_folder(place)).collect();
        folders.sort();
        folders.dedup();
        let (mut found, mut refused) = (Vec::new(), None);
        for folder in folders {
            match Self::in_folder(&folder) {
                Ok(binaries) => found.push(binaries.or_psql(psql.clone())),
                Err(error) => refused = Some(error),
            }
        }
        found.sort_by_key(|binaries| std::cmp::Reverse(binaries.version));
        if found.is_empty() {
            Err(refused.unwrap_or(ClusterError::NothingInstalled))
        } else {
            Ok(found)
        }
    }

    /// The server whose programs lie in a folder.
    ///
    /// # Errors
    /// When a program is missing or does not run, or the version is not served.
    pub fn in_folder(folder: &Path) -> Result<Self, ClusterError> {
        if let Some(missing) = missing_program(folder) {
            return Err(ClusterError::Incomplete { folder: folder.to_path_buf(), missing });
        }
        let folder = folder.canonicalize().map_err(ClusterError::file("open", folder))?;
        let reported = reported_version(&folder.join("postgres"))?;
        let version = ServerVersion::checked(&reported)
            .map_err(|source| ClusterError::NotServed { folder: folder.clone(), source })?;
        let psql = Some(folder.join("psql")).filter(|psql| psql.is_file());
        Ok(Self { folder, version, psql })
    }

    /// The folder that holds the programs.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The server's version.
    #[must_use]
    pub fn version(&self) -> ServerVersion {
        self.version
    }

    /// The terminal client, where one is installed; perhaps of another version.
    #[must_use]
    pub fn psql(&self) -> Option<&Path> {
        self.psql.as_deref()
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    fn or_psql(mut self, other: Option<PathBuf>) -> Self {
        self.psql = self.psql.or(other);
        self
    }
}

/// Where servers are usually installed. A place may be missing.
fn places(path: &str) -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = std::env::split_paths(path).collect();
    places.extend(
        in_path(path, "pg_config")
            .and_then(|program| output(&program, "--bindir"))
            .map(PathBuf::from),
    );
    // Debian and Ubuntu, then the packages of postgresql.org for RPM systems.
    places.extend(versions_below("/usr/lib/postgresql", ""));
    places.extend(versions_below("/usr", "pgsql-"));
    // Homebrew on ARM and on Intel.
    places.extend(versions_below("/opt/homebrew/opt", "postgresql@"));
    places.extend(versions_below("/usr/local/opt", "postgresql@"));
    places
}

/// The `bin` folders in the subfolders whose name is a prefix and a number.
fn versions_below(folder: &str, prefix: &str) -> Vec<PathBuf> {
    let is_version = |name: &str| {
        name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_str().is_some_and(is_version))
        .map(|entry| entry.path().join("bin"))
        .collect()
}

/// The folder in which a place's programs really lie: a place may hold links to single programs,
/// and the server looks for its other files from where it itself lies.
fn program_folder(place: &Path) -> Option<PathBuf> {
    let program = place.join("postgres").canonicalize().ok()?;
    let real = program.parent().filter(|folder| missing_program(folder).is_none());
    let place =
        || Some(place.canonicalize().ok()?).filter(|folder| missing_program(folder).is_none());
    real.map(Path::to_path_buf).or_else(place)
}

fn missing_program(folder: &Path) -> Option<&'static str> {
    NEEDED.into_iter().find(|program| !folder.join(program).is_file())
}

fn in_path(path: &str, program: &str) -> Option<PathBuf> {
    std::env::split_paths(path).map(|folder| folder.join(program)).find(|program| program.is_file())
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` without its beginning.
fn reported_version(program: &Path) -> Result<String, ClusterError> {
    let output = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .map_err(|source| ClusterError::Program { program: program.to_path_buf(), source })?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text
        .trim()
        .rsplit_once("(PostgreSQL) ")
        .map_or(text.trim(), |(_, version)| version)
        .to_owned())
}

fn output(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).stdin(Stdio::null()).output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
