//! The console, the React package and their tests: what npm does, called when it is needed.

use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::process::{self, Failure};
use crate::{cache, node, setup};

/// Folders with what tools have made.
const MADE: [&str; 5] =
    ["node_modules", "dist", "screenshots", "test-results", "playwright-report"];

/// What `cargo xtask screenshots` is told.
#[derive(Debug, Args)]
pub(crate) struct Screenshots {
    /// The folder for the pictures
    #[arg(long, value_name = "FOLDER", default_value = "web/e2e/screenshots")]
    into: PathBuf,
}

/// What `cargo xtask figures` is told.
#[derive(Debug, Args)]
pub(crate) struct Figures {
    /// How many changes the journal holds
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    changes: u64,
}

/// Builds the console into the folder from which the server takes it, if anything has changed.
pub(crate) fn console() -> Result<(), Failure> {
    let web = folder()?;
    let built_of = web.join("console/dist/built-of");
    let now = fingerprint(&[web.clone(), api()?])?;
    if fs::read_to_string(&built_of).is_ok_and(|then| then == now) {
        return Ok(());
    }
    install(&web)?;
    process::run(&mut node::npm(&web, &["run", "build", "--workspace", "@pgrecall/console"])?)?;
    fs::write(&built_of, now).map_err(Failure::file("write", &built_of))
}

/// What can be told without running anything: style, types, and whether the client is that of the
/// described API.
pub(crate) fn check() -> Result<(), Failure> {
    scripts(&["format:check", "lint", "generate:check", "typecheck"])
}

/// The tests of the parts, then the console in a browser, against a server and PostgreSQL.
pub(crate) fn test() -> Result<(), Failure> {
    // The parts are tried in a browser, too.
    setup::browser()?;
    scripts(&["test"])?;
    play("e2e", Build::Debug, &[])
}

fn scripts(names: &[&str]) -> Result<(), Failure> {
    let web = folder()?;
    install(&web)?;
    names.iter().try_for_each(|name| process::run(&mut node::npm(&web, &["run", name])?))
}

/// Takes pictures of every page and state, in both themes.
pub(crate) fn screenshots(arguments: &Screenshots) -> Result<(), Failure> {
    let into = process::workspace()?.join(&arguments.into);
    play("screenshots", Build::Debug, &[("PGRECALL_SHOTS", into.into())])
}

/// Tells how quick the console is over a long journal.
pub(crate) fn figures(arguments: &Figures) -> Result<(), Failure> {
    let changes = arguments.changes.to_string();
    play("figures", Build::Release, &[("PGRECALL_CHANGES", changes.into())])
}

/// How the program is built that a browser plays with.
#[derive(Clone, Copy)]
enum Build {
    Debug,
    Release,
}

fn play(script: &str, build: Build, variables: &[(&str, OsString)]) -> Result<(), Failure> {
    setup::run()?;
    setup::browser()?;
    console()?;
    let (flags, folder): (&[&str], _) = match build {
        Build::Debug => (&[], "debug"),
        Build::Release => (&["--release"], "release"),
    };
    let arguments = [&["build", "--quiet", "--package", "pgrecall"], flags].concat();
    process::run(&mut process::cargo(&arguments)?)?;
    let program = cache::target()?.join(folder).join("pgrecall");
    let web = self::folder()?;
    install(&web)?;
    let mut npm = node::npm(&web, &["run", script, "--workspace", "@pgrecall/e2e"])?;
    npm.env("PGRECALL_BIN", program).envs(variables.iter().cloned());
    process::run(&mut npm)
}

/// Brings the packages that the lock file names, if they are not there yet.
fn install(web: &Path) -> Result<(), Failure> {
    let lock = web.join("package-lock.json");
    let text = fs::read_to_string(&lock).map_err(Failure::file("read", &lock))?;
    let installed = web.join("node_modules/installed-of");
    let now = digest(&text);
    if fs::read_to_string(&installed).is_ok_and(|then| then == now) {
        return Ok(());
    }
    process::run(&mut node::npm(web, &["ci", "--no-audit", "--no-fund"])?)?;
    fs::write(&installed, now).map_err(Failure::file("write", &installed))
}

fn folder() -> Result<PathBuf, Failure> {
    Ok(process::workspace()?.join("web"))
}

/// The description that the client is made of.
fn api() -> Result<PathBuf, Failure> {
    Ok(process::workspace()?.join("docs/reference/openapi.json"))
}

/// Changes with every file of ours.
fn fingerprint(paths: &[PathBuf]) -> Result<String, Failure> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file).map_err(Failure::file("read", &file))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(Failure::file("read", path))?;
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    let is_ours = |path: &&PathBuf| {
        path.file_name().is_some_and(|name| MADE.iter().all(|made| name != *made))
    };
    entries.iter().filter(is_ours).try_for_each(|entry| collect(entry, files))
}

fn digest(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
