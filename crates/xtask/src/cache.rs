use std::env;
use std::path::PathBuf;

use crate::process::{self, Failure};

/// Where Cargo builds: one folder for all checkouts, so that a second one builds in seconds.
pub(crate) fn target() -> Result<PathBuf, Failure> {
    match set("CARGO_TARGET_DIR") {
        Some(folder) => Ok(folder),
        None => Ok(user()?.join("pgrecall/target")),
    }
}

/// Where servers and tools are kept. The tests look for servers in the same place.
///
/// For root it is not below its home, which is closed to the account that runs servers for root.
pub(crate) fn shared() -> Result<PathBuf, Failure> {
    if let Some(folder) = set("PGRECALL_CACHE_DIR") {
        return Ok(folder);
    }
    if process::is_root() {
        return Ok(PathBuf::from("/var/cache/pgrecall"));
    }
    Ok(user()?.join("pgrecall"))
}

fn user() -> Result<PathBuf, Failure> {
    set("XDG_CACHE_HOME")
        .or_else(|| Some(set("HOME")?.join(".cache")))
        .ok_or_else(|| Failure::new("there is no folder for a cache: `HOME` is not set"))
}

fn set(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
