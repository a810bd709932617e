use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use super::account::Account;
use super::folder::{self, Folder};
use super::postmaster::{self, POLL, Postmaster};
use super::settings::Settings;
use super::{ClusterAccess, ClusterError};

/// How long the server may take to accept connections; replaying a long log after a crash counts.
const START_LIMIT: Duration = Duration::from_mins(2);
/// How long processes of a crashed server may take to notice that it is gone.
const LEFTOVER_LIMIT: Duration = Duration::from_secs(30);
/// How often another port is tried when somebody was quicker.
const PORT_ATTEMPTS: u32 = 5;
/// How much of the log goes into an error.
const TAIL_LINES: usize = 12;
/// A log longer than this is put aside at the next start.
const LOG_LIMIT: u64 = 16 << 20;

/// One start of a cluster's server.
#[derive(Debug)]
pub(super) struct Launch<'c> {
    pub(super) folder: &'c Folder,
    pub(super) program: &'c Path,
    pub(super) account: &'c Account,
    pub(super) settings: &'c Settings,
}

/// How an attempt to start ended.
enum Outcome {
    Ready,
    /// The server ended, having written this to its log.
    Ended(String),
    TimedOut,
}

impl Launch<'_> {
    /// Starts the server, or waits for one that is starting already, until it is ready.
    pub(super) fn run(&self) -> Result<(), ClusterError> {
        if Postmaster::find(&self.folder.data()).is_some() {
            return self.wait_for_other();
        }
        let begin = Instant::now();
        let mut ports_tried = 0;
        let mut port = self.folder.port()?;
        loop {
            self.prepare(free_port(port)?)?;
            let written = match self.attempt()? {
                Outcome::Ready => return Ok(()),
                Outcome::TimedOut => return Err(self.timed_out()),
                Outcome::Ended(written) => written,
            };
            if is_about_port(&written) && ports_tried < PORT_ATTEMPTS {
                ports_tried += 1;
                port = None;
            } else if is_about_leftovers(&written) && begin.elapsed() < LEFTOVER_LIMIT {
                thread::sleep(Duration::from_millis(200));
            } else {
                return Err(ClusterError::Start { log: self.folder.log(), tail: tail(&written) });
            }
        }
    }

    fn wait_for_other(&self) -> Result<(), ClusterError> {
        let begin = Instant::now();
        while begin.elapsed() < START_LIMIT {
            match Postmaster::find(&self.folder.data()) {
                Some(Postmaster { ready: true, .. }) => return Ok(()),
                Some(_) => thread::sleep(POLL),
                None => {
                    let log = self.folder.log();
                    let written = fs::read(&log).unwrap_or_default();
                    let tail = tail(&String::from_utf8_lossy(&written));
                    return Err(ClusterError::Start { log, tail });
                }
            }
        }
        Err(self.timed_out())
    }

    fn prepare(&self, port: u16) -> Result<(), ClusterError> {
        postmaster::disown_stale_pid(&self.folder.data())?;
        let socket = self.folder.socket_if_usable();
        if let Some(folder) = &socket {
            // No server of ours runs, so the sockets in its folder are a crashed one's.
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let _may_be_gone = fs::remove_file(entry.path());
            }
        }
        let file = self.folder.configuration();
        folder::write_private(&file, &self.settings.file(port, socket.as_deref()))
            .and_then(|()| self.account.own(&file))
            .map_err(ClusterError::file("write", &file))
    }

    fn attempt(&self) -> Result<Outcome, ClusterError> {
        let log = self.folder.log();
        let cannot = || ClusterError::file("write", &log);
        let file = open_log(&log).map_err(cannot())?;
        let errors = file.try_clone().map_err(cannot())?;
        let before = file.metadata().map_err(cannot())?.len();
        let mut child = self
            .account
            .command(self.program)
            .arg("-D")
            .arg(self.folder.data())
            .stdout(file)
            .stderr(errors)
            // Ctrl-C is for the caller, not for the server.
            .process_group(0)
            .spawn()
            .map_err(|source| ClusterError::Program { program: self.program.into(), source })?;
        let outcome = self.wait(&mut child, before)?;
        // Whenever the server ends while the caller lives, somebody has to take note, else its
        // process id stays in use.
        thread::spawn(move || child.wait());
        Ok(outcome)
    }

    fn wait(&self, child: &mut Child, log_before: u64) -> Result<Outcome, ClusterError> {
        let begin = Instant::now();
        let data = self.folder.data();
        while begin.elapsed() < START_LIMIT {
            let ended = child
                .try_wait()
                .map_err(|source| ClusterError::Program { program: self.program.into(), source })?;
            if ended.is_some() {
                let log = self.folder.log();
                let written =
                    read_from(&log, log_before).map_err(ClusterError::file("read", &log))?;
                return Ok(Outcome::Ended(written));
            }
            let ours = Postmaster { pid: child.id(), ready: true };
            if Postmaster::find(&data) == Some(ours) {
                return Ok(Outcome::Ready);
            }
            thread::sleep(POLL);
        }
        postmaster::stop(&data)?;
        Ok(Outcome::TimedOut)
    }

    fn timed_out(&self) -> ClusterError {
        let log = self.folder.log();
        let tail = tail(&read_from(&log, 0).unwrap_or_default());
        ClusterError::StartTimeout { seconds: START_LIMIT.as_secs(), log, tail }
    }
}

/// The wanted port if it is free, else any free one.
fn free_port(wanted: Option<u16>) -> Result<u16, ClusterError> {
    let bind = |port: u16| TcpListener::bind((ClusterAccess::HOST, port));
    let listener = match wanted.map(bind) {
        Some(Ok(listener)) => listener,
        _ => bind(0).map_err(ClusterError::NoPort)?,
    };
    Ok(listener.local_addr().map_err(ClusterError::NoPort)?.port())
}

/// The server speaks English here: it is called with `LC_ALL=C` and initialised with locale C.
fn is_about_port(log: &str) -> bool {
    log.contains("Address already in use") || log.contains("could not create any TCP/IP sockets")
}

fn is_about_leftovers(log: &str) -> bool {
    log.contains("pre-existing shared memory block")
}

fn open_log(log: &Path) -> io::Result<File> {
    if fs::metadata(log).is_ok_and(|log| log.len() > LOG_LIMIT) {
        fs::rename(log, log.with_extension("1"))?;
    }
    OpenOptions::new().create(true).append(true).mode(0o600).open(log)
}

fn read_from(log: &Path, begin: u64) -> io::Result<String> {
    let mut file = File::open(log)?;
    file.seek(SeekFrom::Start(begin))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}
