use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::ClusterError;
use super::account::Account;
use super::settings;
use crate::Environment;

/// The shortest limit for the path of a socket among the systems served (macOS; Linux has 107).
const SOCKET_PATH_LIMIT: usize = 103;

/// The folder of a cluster and the names of what lies in it.
#[derive(Debug, Clone)]
pub(super) struct Folder(PathBuf);

/// Where a user's own cluster lies.
pub(super) fn for_user(environment: &Environment) -> Result<PathBuf, ClusterError> {
    Ok(data_folder(environment).ok_or(ClusterError::NoDataFolder)?.join("cluster"))
}

fn data_folder(environment: &Environment) -> Option<PathBuf> {
    if let Some(folder) = environment.data_dir() {
        return Some(folder.to_path_buf());
    }
    if rustix::process::geteuid().is_root() {
        return Some(PathBuf::from("/var/lib/pgrecall"));
    }
    if cfg!(target_os = "macos") {
        return Some(environment.home()?.join("Library/Application Support/pgrecall"));
    }
    // The XDG base directory specification: a relative path is invalid and to be ignored.
    let set = environment.get("XDG_DATA_HOME").map(PathBuf::from);
    let base = set.filter(|folder| folder.is_absolute());
    Some(base.or_else(|| Some(environment.home()?.join(".local/share")))?.join("pgrecall"))
}

impl Folder {
    /// Creates the folder if it is missing. Its path is made absolute and free of links, so that
    /// a running server can be recognised by it.
    pub(super) fn create(path: &Path) -> Result<Self, ClusterError> {
        Self(path.to_path_buf()).create_if_missing()?;
        let path = path.canonicalize().map_err(ClusterError::file("open", path))?;
        Ok(Self(path))
    }

    pub(super) fn create_if_missing(&self) -> Result<(), ClusterError> {
        DirBuilder::new()
            .recursive(true)
            .create(&self.0)
            .map_err(ClusterError::file("create", &self.0))
    }

    /// Lets the account in, or nobody but the caller where the account is the caller's own.
    pub(super) fn open_to(&self, account: &Account) -> Result<(), ClusterError> {
        let mode = if account.is_another() { 0o755 } else { 0o700 };
        fs::set_permissions(&self.0, Permissions::from_mode(mode))
            .map_err(ClusterError::file("set the mode of", &self.0))?;
        account.check_reach(&self.0)?;
        let socket = self.socket();
        create_private(&socket, account).map_err(ClusterError::file("create", &socket))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.0.join("log")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    pub(super) fn password_file(&self) -> PathBuf {
        self.0.join("superuser-password")
    }

    /// Our part of the server's configuration, rewritten at every start.
    pub(super) fn configuration(&self) -> PathBuf {
        self.data().join(settings::FILE)
    }

    fn socket(&self) -> PathBuf {
        self.0.join("socket")
    }

    /// The folder for the server's socket, unless a socket in it would have too long a path, or
    /// one that cannot be told in a list; then there is TCP.
    pub(super) fn socket_if_usable(&self) -> Option<PathBuf> {
        let folder = self.socket();
        let path = folder.as_os_str().as_bytes();
        let longest = path.len() + "/.s.PGSQL.65535".len();
        let plain = folder.to_str().is_some_and(|path| !path.contains([',', '"', '\n']));
        (longest <= SOCKET_PATH_LIMIT && plain).then_some(folder)
    }

    /// The major version that made the cluster, if it was made.
    pub(super) fn major_version(&self) -> Result<Option<String>, ClusterError> {
        let file = self.data().join("PG_VERSION");
        match fs::read_to_string(&file) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ClusterError::file("read", &file)(error)),
        }
    }

    /// The port of the last start.
    pub(super) fn port(&self) -> Result<Option<u16>, ClusterError> {
        let file = self.configuration();
        match fs::read_to_string(&file) {
            Ok(text) => Ok(settings::port(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ClusterError::file("read", &file)(error)),
        }
    }

    /// Deletes what belongs to a cluster, the lock last, and the folder if nothing else is in it.
    pub(super) fn delete(&self) -> Result<(), ClusterError> {
        let entries = fs::read_dir(&self.0).map_err(ClusterError::file("read", &self.0))?;
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name.to_str().is_some_and(is_ours) {
                delete(&entry.path()).map_err(ClusterError::file("delete", &entry.path()))?;
            }
        }
        delete(&self.lock()).map_err(ClusterError::file("delete", &self.lock()))?;
        match fs::remove_dir(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => {
                Err(ClusterError::file("delete", &self.0)(error))
            }
            _ => Ok(()),
        }
    }

    /// Deletes what an `initdb` that was killed has left. One that still runs may keep some of
    /// it; nothing else uses the same names.
    pub(super) fn delete_leftovers(&self) {
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_some_and(|name| name.starts_with("initdb-")) {
                let _may_be_in_use = delete(&entry.path());
            }
        }
    }
}

fn is_ours(name: &str) -> bool {
    ["data", "socket", "log", "log.1", "superuser-password"].contains(&name)
        || name.starts_with("initdb-")
}

fn delete(path: &Path) -> io::Result<()> {
    let deleted = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match deleted {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Creates a folder that only the account may enter, if it is missing.
pub(super) fn create_private(folder: &Path, account: &Account) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => account.own(folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Writes a file that nobody but its owner may read, all of it or nothing.
pub(super) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    delete(&beside)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    fs::rename(&beside, path)
}
