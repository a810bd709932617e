use std::env;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::cache;

/// Why a task did not succeed, as a sentence for the developer.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Makes a failure out of the system's error, for `map_err`.
    pub(crate) fn file(action: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let what = format!("cannot {action} `{}`", path.display());
        move |error| Self(format!("{what}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The top folder of the checkout. Cargo tells it while it runs this program.
pub(crate) fn workspace() -> Result<PathBuf, Failure> {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let top = package.as_deref().and_then(|package| package.ancestors().nth(2));
    top.map(Path::to_path_buf).ok_or_else(|| Failure::new("run this as `cargo xtask`"))
}

/// A call of Cargo in the workspace that builds into the folder shared by all checkouts.
pub(crate) fn cargo(arguments: &[&str]) -> Result<Command, Failure> {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace()?).env("CARGO_TARGET_DIR", cache::target()?);
    // What Cargo told this program about its package is not for other packages: some have build
    // scripts that look at it, and would be built anew.
    for (name, _) in env::vars_os() {
        if name
            .to_str()
            .is_some_and(|n| n.starts_with("CARGO_PKG_") || n.starts_with("CARGO_MANIFEST_"))
        {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// Shows a command, runs it and waits until it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let shown = shown(command);
    eprintln!("$ {shown}");
    let status =
        command.status().map_err(|error| Failure(format!("cannot run `{shown}`: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure(format!("`{shown}` failed: {status}"))) }
}

/// The same with a limit, for what may wait for a network that does not answer.
pub(crate) fn run_within(limit: Duration, command: &mut Command) -> Result<(), Failure> {
    let shown = shown(command);
    let cannot = |error: io::Error| Failure(format!("cannot run `{shown}`: {error}"));
    eprintln!("$ {shown}");
    let mut child = command.stdin(Stdio::null()).spawn().map_err(cannot)?;
    let begin = Instant::now();
    while begin.elapsed() < limit {
        match child.try_wait().map_err(cannot)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(Failure(format!("`{shown}` failed: {status}"))),
            None => thread::sleep(Duration::from_millis(100)),
        }
    }
    child.kill().and_then(|()| child.wait()).map_err(cannot)?;
    Err(Failure(format!("`{shown}` took longer than {} s", limit.as_secs())))
}

/// What a command prints, if it succeeds.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Where a program is found.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|program| program.is_file())
}

pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
