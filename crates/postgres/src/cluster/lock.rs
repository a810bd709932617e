use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};

use super::ClusterError;
use super::folder::Folder;

/// The right to work on a cluster's folder, until dropped: of two processes the second waits.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock and takes it.
    pub(super) fn acquire(folder: &Folder) -> Result<Self, ClusterError> {
        let path = folder.lock();
        loop {
            folder.create_if_missing()?;
            let file = OpenOptions::new()
                .create(true)
                .append(true)
                .mode(0o600)
                .open(&path)
                .map_err(ClusterError::file("open", &path))?;
            file.lock().map_err(ClusterError::file("lock", &path))?;
            // Whoever held the lock before may have deleted the cluster, lock file and all.
            let locked = file.metadata().map_err(ClusterError::file("examine", &path))?;
            if fs::metadata(&path).is_ok_and(|now| now.ino() == locked.ino()) {
                return Ok(Self { _file: file });
            }
        }
    }
}
