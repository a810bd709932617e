use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::cache;
use crate::process::{self, Failure, on_path};

/// The release of `cargo-deny` that `deny.toml` is written for.
const RELEASE: &str = "0.20.2";
/// How long the list of known vulnerabilities may take to come.
const FETCH_LIMIT: Duration = Duration::from_mins(2);

/// Checks the licences and sources of all dependencies, and where the network allows it whether
/// vulnerabilities of theirs are known.
pub(crate) fn run() -> Result<(), Failure> {
    let program = program()?;
    let deny = |arguments: &[&str]| -> Result<Command, Failure> {
        let mut command = Command::new(&program);
        command.current_dir(process::workspace()?).args(arguments);
        Ok(command)
    };
    process::run(&mut deny(&["check", "--hide-inclusion-graph", "licenses", "bans", "sources"])?)?;
    let mut fetch = deny(&["fetch", "db"])?;
    match process::run_within(FETCH_LIMIT, fetch.stdout(Stdio::null()).stderr(Stdio::null())) {
        Ok(()) => process::run(&mut deny(&["check", "--disable-fetch", "advisories"])?),
        Err(failure) => {
            eprintln!(
                "skipped: known vulnerabilities, because their list cannot be had: {failure}"
            );
            Ok(())
        }
    }
}

/// The program, built once into the cache where it is not installed.
fn program() -> Result<PathBuf, Failure> {
    let folder = cache::shared()?.join("tools");
    let own = folder.join("bin/cargo-deny");
    let found = on_path("cargo-deny").into_iter().chain([own.clone()]).find(is_right);
    if let Some(program) = found {
        return Ok(program);
    }
    eprintln!("`cargo-deny` {RELEASE} is missing; building it once, which takes a minute or two");
    std::fs::create_dir_all(&folder).map_err(Failure::file("create", &folder))?;
    let arguments = ["install", "cargo-deny", "--version", RELEASE, "--locked", "--force"];
    process::run(
        process::cargo(&arguments)?
            // Without optimisation it builds in a minute, and is quick enough for this tree.
            .args(["--debug", "--root"])
            .arg(&folder)
            .env("CARGO_PROFILE_DEV_DEBUG", "none")
            // Outside of the workspace and its build folder: nothing of this is used again.
            .env_remove("CARGO_TARGET_DIR")
            .current_dir(&folder),
    )?;
    Ok(own)
}

fn is_right(program: &PathBuf) -> bool {
    process::output(Command::new(program).arg("--version"))
        .is_some_and(|version| version.trim().ends_with(RELEASE))
}
