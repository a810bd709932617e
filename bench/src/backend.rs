use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use pgrecall_model::Ident;
use pgrecall_postgres::Database;
use tokio_postgres::Client;

use crate::error::BenchError;
use crate::server::ScratchServer;

/// How long a session that has answered may take to fall asleep.
const FALLING_ASLEEP: Duration = Duration::from_secs(2);
/// How long sessions may take to end after their client.
const ENDING: Duration = Duration::from_secs(5);
/// The parts of a second that `/proc/PID/stat` counts in: `USER_HZ`, which is 100 on every
/// architecture that the server is built for on Linux.
const TICKS_PER_SECOND: f64 = 100.0;
/// The fields of `/proc/PID/stat` after the name (the first of them is 3) with the time of
/// processes that have ended: `cutime` and `cstime`, see proc(5).
const CHILDREN_FIELDS: [usize; 2] = [16, 17];

/// A session whose CPU time can be read.
#[derive(Debug)]
pub(crate) struct Backend {
    database: Database,
    cpu: Cpu,
}

/// Where the CPU time of a session is read.
#[derive(Debug, Clone)]
pub(crate) struct Cpu {
    process: PathBuf,
}

impl Backend {
    pub(crate) async fn open(server: &ScratchServer, database: &Ident) -> Result<Self, BenchError> {
        let database = server.connect(database).await?;
        let row = database
            .client()
            .query_one(include_str!("../sql/measure/backend_pid.sql"), &[])
            .await?;
        let pid: i32 = row.try_get(0)?;
        Ok(Self { database, cpu: Cpu { process: process(&pid.to_string()) } })
    }

    pub(crate) fn client(&self) -> &Client {
        self.database.client()
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// The time that the session has been on a CPU.
    pub(crate) fn cpu(&self) -> Result<Duration, BenchError> {
        self.cpu.read()
    }

    /// Where that is read, for when the session is given away.
    pub(crate) fn meter(&self) -> Cpu {
        self.cpu.clone()
    }

    pub(crate) fn into_database(self) -> Database {
        self.database
    }

    pub(crate) async fn close(self) {
        self.database.close().await;
    }
}

impl Cpu {
    /// The time that the session has been on a CPU.
    ///
    /// The kernel adds up to date only what a process used before it last stopped, and a backend
    /// goes on a little after it has answered: so this waits until it sleeps.
    pub(crate) fn read(&self) -> Result<Duration, BenchError> {
        let begin = Instant::now();
        while state(&self.process)? != 'S' && begin.elapsed() < FALLING_ASLEEP {
            thread::yield_now();
        }
        let path = self.process.join("schedstat");
        let text = fs::read_to_string(&path).map_err(|_| BenchError::NoCpuTime(path.clone()))?;
        let nanoseconds = text.split_whitespace().next().and_then(|field| field.parse().ok());
        nanoseconds.map(Duration::from_nanos).ok_or(BenchError::NoCpuTime(path))
    }
}

/// The processes that the postmaster has started, and what those took that have ended.
#[derive(Debug)]
pub(crate) struct Postmaster {
    process: PathBuf,
    children: PathBuf,
}

impl Postmaster {
    pub(crate) fn new(pid: u32) -> Self {
        let process = process(&pid.to_string());
        let children = process.join("task").join(pid.to_string()).join("children");
        Self { process, children }
    }

    /// Who runs now, or has ended and was not noted yet.
    pub(crate) fn children(&self) -> Result<BTreeSet<String>, BenchError> {
        let text = fs::read_to_string(&self.children)
            .map_err(|_| BenchError::NoCpuTime(self.children.clone()))?;
        Ok(text.split_whitespace().map(str::to_owned).collect())
    }

    /// The CPU seconds of all that have ended, once nobody is left but those who are named: a
    /// client's program can end before its sessions have.
    pub(crate) fn cpu_without(&self, staying: &BTreeSet<String>) -> Result<f64, BenchError> {
        let begin = Instant::now();
        while !self.children()?.is_subset(staying) && begin.elapsed() < ENDING {
            thread::sleep(Duration::from_millis(5));
        }
        ended_cpu(&self.process)
    }
}

fn ended_cpu(process: &Path) -> Result<f64, BenchError> {
    let fields = fields(process)?;
    let ticks = CHILDREN_FIELDS.map(|number| {
        let field = fields.get(number - 3);
        field.and_then(|field| field.parse::<f64>().ok())
    });
    match ticks {
        [Some(user), Some(system)] => Ok((user + system) / TICKS_PER_SECOND),
        _ => Err(BenchError::NoCpuTime(process.to_path_buf())),
    }
}

fn process(pid: &str) -> PathBuf {
    Path::new("/proc").join(pid)
}

fn state(process: &Path) -> Result<char, BenchError> {
    let fields = fields(process)?;
    let state = fields.first().and_then(|field| field.chars().next());
    state.ok_or_else(|| BenchError::NoCpuTime(process.to_path_buf()))
}

/// What comes after the name, which may contain anything and ends with the last bracket.
fn fields(process: &Path) -> Result<Vec<String>, BenchError> {
    let path = process.join("stat");
    let text = fs::read_to_string(&path).map_err(|_| BenchError::NoCpuTime(path.clone()))?;
    let (_, after) = text.rsplit_once(')').ok_or(BenchError::NoCpuTime(path))?;
    Ok(after.split_whitespace().map(str::to_owned).collect())
}
