use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::ClusterError;

/// How often the server's state is looked at while waiting for it.
pub(super) const POLL: Duration = Duration::from_millis(20);
/// How long a server may take to write everything down and stop.
const STOP_LIMIT: Duration = Duration::from_mins(1);
/// How long it may take when it is told to leave everything as it is.
const QUIT_LIMIT: Duration = Duration::from_secs(10);

/// The server process that runs on a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Postmaster {
    pub(super) pid: u32,
    /// Whether it accepts connections.
    pub(super) ready: bool,
}

impl Postmaster {
    /// Finds the running server by `postmaster.pid` and makes sure that the process named there is
    /// one: after a crash the file stays, and its number may belong to any other process.
    pub(super) fn find(data: &Path) -> Option<Self> {
        let found = Self::written_down(data)?;
        is_postmaster_of(found.pid, data).then_some(found)
    }

    /// What `postmaster.pid` says, true or not. Its first line is the process id, its eighth the
    /// state (see `miscadmin.h`, `LOCK_FILE_LINE_PM_STATUS`).
    fn written_down(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(pid_file(data)).ok()?;
        let pid = text.lines().next()?.trim().parse().ok()?;
        let ready = text.lines().nth(7).is_some_and(|state| state.trim() == "ready");
        Some(Self { pid, ready })
    }

    fn signal(self, signal: Signal) {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        let _may_just_have_ended = pid.map(|pid| kill_process(pid, signal));
    }

    fn ends_within(self, limit: Duration, data: &Path) -> bool {
        let begin = Instant::now();
        while is_postmaster_of(self.pid, data) || is_exiting(self.pid) {
            if begin.elapsed() > limit {
                return false;
            }
            thread::sleep(POLL);
        }
        true
    }
}

/// Stops the server that runs on a data folder, if one does.
pub(super) fn stop(data: &Path) -> Result<(), ClusterError> {
    let Some(postmaster) = Postmaster::find(data) else { return Ok(()) };
    // A fast shutdown: open transactions are rolled back, committed ones written down.
    postmaster.signal(Signal::INT);
    if postmaster.ends_within(STOP_LIMIT, data) {
        return Ok(());
    }
    // An immediate one: the next start recovers from the write-ahead log.
    postmaster.signal(Signal::QUIT);
    if postmaster.ends_within(QUIT_LIMIT, data) {
        Ok(())
    } else {
        Err(ClusterError::Stop(postmaster.pid))
    }
}

/// Keeps a `postmaster.pid` left by a crash from stopping the next start.
///
/// PostgreSQL itself copes with a number that no process has. When the number now belongs to some
/// other process it would refuse to start. The file must not be deleted, because its other lines
/// tell whether processes of the crashed server still hold its memory; so only the number is
/// replaced, by one that no system gives out.
pub(super) fn disown_stale_pid(data: &Path) -> Result<(), ClusterError> {
    let Some(stale) = Postmaster::written_down(data) else { return Ok(()) };
    if is_postmaster_of(stale.pid, data) {
        return Ok(());
    }
    let file = pid_file(data);
    let text = fs::read_to_string(&file).map_err(ClusterError::file("read", &file))?;
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    fs::write(&file, format!("{}\n{rest}", i32::MAX)).map_err(ClusterError::file("write", &file))
}

fn pid_file(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

/// Whether a process is the server on a data folder, not merely a process with that number. A
/// process that has ended and was not yet waited for is none: it has neither directory nor command.
fn is_postmaster_of(pid: u32, data: &Path) -> bool {
    let process = PathBuf::from(format!("/proc/{pid}"));
    if Path::new("/proc/self").exists() {
        // The server's directory is its data folder, however it was started.
        return match fs::read_link(process.join("cwd")) {
            Ok(directory) => directory == data && is_server(&process),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                fs::read(process.join("cmdline")).is_ok_and(|words| names(&words, data))
            }
            Err(_) => false,
        };
    }
    // Systems without /proc, such as macOS.
    Command::new("ps")
        .args(["-ww", "-o", "command=", "-p", &pid.to_string()])
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| names(&output.stdout, data))
}

/// Whether a process is on its way out: it has given up its memory, and with it its command, and
/// the system is closing its files. One that only waits for its parent to take note is gone.
fn is_exiting(pid: u32) -> bool {
    let process = PathBuf::from(format!("/proc/{pid}"));
    let without_command = fs::read(process.join("cmdline")).is_ok_and(|words| words.is_empty());
    // The state follows the name, which is in parentheses and may hold any character: proc(5).
    without_command
        && fs::read_to_string(process.join("stat")).is_ok_and(|stat| {
            let state = stat.rsplit_once(") ").map(|(_, rest)| rest.starts_with(['Z', 'X']));
            state == Some(false)
        })
}

/// Tells the postmaster from a shell that happens to stand in the folder, and from its own
/// children, which outlive it for a moment and call themselves `postgres: …`.
fn is_server(process: &Path) -> bool {
    fs::read(process.join("cmdline")).is_ok_and(|words| {
        let program = words.split(|byte| *byte == 0).next().unwrap_or_default();
        program.ends_with(b"postgres") || program.ends_with(b"postmaster")
    })
}

fn names(command: &[u8], data: &Path) -> bool {
    let data = data.as_os_str().as_encoded_bytes();
    command.windows(data.len()).any(|part| part == data)
}
