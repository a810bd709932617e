use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Waits for the test process to end, then stops the server and deletes its folder.
///
/// The process' end is seen on standard input: the other end of that pipe is held by the test
/// process alone, and the system closes it also when the process is killed.
const SCRIPT: &str = include_str!("watchdog.sh");

/// A temporary folder for a cluster. When it is dropped, or when the test process ends however it
/// ends, a server that runs in it is stopped and the folder deleted.
#[derive(Debug)]
pub struct ServerFolder {
    path: PathBuf,
    watchdog: Child,
}

impl ServerFolder {
    /// Makes an empty folder.
    ///
    /// # Panics
    /// When the system does not let it.
    #[must_use]
    pub fn new() -> Self {
        let make = || {
            let path = temporary_folder()?;
            let watchdog = watch(&path)?;
            Ok(Self { path, watchdog })
        };
        make().unwrap_or_else(|error: io::Error| panic!("no folder for a server: {error}"))
    }

    /// The cluster's place.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Default for ServerFolder {
    fn default() -> Self {
        Self::new()
    }
}

/// Clears up at once and waits until that is done.
impl Drop for ServerFolder {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _nobody_to_tell = self.watchdog.wait();
    }
}

/// A folder that the account which runs the server for root can enter too.
fn temporary_folder() -> io::Result<PathBuf> {
    let path = tempfile::Builder::new().prefix("pgrecall-test-").tempdir()?.keep();
    fs::set_permissions(&path, Permissions::from_mode(0o755))?;
    path.canonicalize()
}

fn watch(folder: &Path) -> io::Result<Child> {
    Command::new("sh")
        .args(["-c", SCRIPT, "pgrecall-test-watchdog"])
        .arg(folder)
        .current_dir("/")
        .stdin(Stdio::piped())
        // Whoever waits for the output of the test must not wait for this process.
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C ends the test process, not this one.
        .process_group(0)
        .spawn()
}
