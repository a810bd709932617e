//! What an application notices when its tables get and lose their triggers while it writes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use pgrecall_journal::{Journal, TrackOptions, install};
use pgrecall_model::Ident;
use pgrecall_postgres::catalogue::{self, Table};
use pgrecall_testkit::ServerFolder;

use crate::base;
use crate::error::BenchError;
use crate::pgbench;
use crate::scale::Scale;
use crate::server::{self, ScratchServer};

#[derive(Debug, Args)]
pub(crate) struct Busy {
    /// How long pgbench runs in each part, in seconds
    #[arg(long, value_name = "N", default_value_t = 30)]
    seconds: u32,
    /// The folder with the server's programs [default: the newest server installed]
    #[arg(long, value_name = "DIR")]
    pub(crate) bin: Option<PathBuf>,
}

/// How long the open transaction of the last part holds a table.
const HELD: Duration = Duration::from_secs(5);

/// What goes on beside pgbench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    Tracking,
    TrackingWhileHeld,
}

impl Beside {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Nothing, "nothing beside it"),
        (Self::Tracking, "all tables tracked and untracked again and again"),
        (Self::TrackingWhileHeld, "the same, while a transaction holds a table for 5 s at a time"),
    ];
}

/// How often tables were tracked or untracked, and how long that took.
#[derive(Debug, Default)]
struct Calls {
    done: u32,
    gave_up: u32,
    longest: Duration,
}

pub(crate) async fn measure(server: &ScratchServer, arguments: &Busy) -> Result<(), BenchError> {
    let scale = Scale { pgbench_seconds: arguments.seconds, ..Scale::QUICK };
    let base = base::create(server, &scale).await?;
    for (beside, title) in Beside::ALL {
        let name = Ident::new("busy")?;
        server.create(&name, Some(&base)).await?;
        install(&mut server.connect(&name).await?).await?;
        let log = ServerFolder::new();
        let load = load(server, &name, &scale, log.path());
        let (told, calls, held) = tokio::join!(
            load,
            track_again_and_again(server, &name, (beside, arguments.seconds)),
            hold(server, &name, (beside, arguments.seconds)),
        );
        let (per_second, longest) = told?;
        let calls = calls?;
        held?;
        println!("{title}\n  {per_second:.0} transactions a second, the longest {longest:.0} ms");
        if beside != Beside::Nothing {
            println!(
                "  {} calls of track and untrack, {} gave up, the longest {:.1} s",
                calls.done,
                calls.gave_up,
                calls.longest.as_secs_f64()
            );
        }
    }
    Ok(())
}

/// Runs pgbench; gives its rate, and its longest transaction in milliseconds.
async fn load(
    server: &ScratchServer,
    database: &Ident,
    scale: &Scale,
    log: &Path,
) -> Result<(f64, f64), BenchError> {
    let mut pgbench = server.program("pgbench", database)?;
    pgbench
        .args(["--no-vacuum", "--protocol", "prepared", "--log", "--client"])
        .arg(scale.pgbench_clients.to_string())
        .arg("--time")
        .arg(scale.pgbench_seconds.to_string())
        .arg("--log-prefix")
        .arg(log.join("load"));
    let text = server::output("pgbench", pgbench).await?;
    let mut longest: f64 = 0.0;
    for file in fs::read_dir(log).map_err(BenchError::file("read", log))?.flatten() {
        let text =
            fs::read_to_string(file.path()).map_err(BenchError::file("read", &file.path()))?;
        // The third field of a line is how long its transaction took, in microseconds.
        let took = text.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<f64>().ok());
        longest = took.fold(longest, f64::max);
    }
    Ok((pgbench::rate(&text)?, longest / 1000.0))
}

async fn track_again_and_again(
    server: &ScratchServer,
    database: &Ident,
    (beside, seconds): (Beside, u32),
) -> Result<Calls, BenchError> {
    let mut calls = Calls::default();
    if beside == Beside::Nothing {
        return Ok(calls);
    }
    let mut journal = Journal::open(server.connect(database).await?).await?;
    let tables = catalogue::tables(journal.client()).await?;
    let tables: Vec<&Table> =
        tables.iter().filter(|table| base::TABLES.contains(&table.name.table.as_str())).collect();
    let until = Instant::now() + Duration::from_secs(seconds.into());
    while Instant::now() < until {
        for table in &tables {
            let options = TrackOptions::default();
            calls.count(async { journal.track(table, &options).await.map(drop) }).await?;
        }
        for table in journal.tables().await?.iter().filter(|table| table.relation.tracked) {
            calls.count(journal.untrack(table)).await?;
        }
    }
    Ok(calls)
}

impl Calls {
    async fn count(
        &mut self,
        call: impl Future<Output = Result<(), pgrecall_journal::JournalError>>,
    ) -> Result<(), BenchError> {
        let begin = Instant::now();
        match call.await {
            Ok(()) => {}
            Err(pgrecall_journal::JournalError::Server(error)) if error.is_lock_timeout() => {
                self.gave_up += 1;
            }
            Err(error) => return Err(error.into()),
        }
        self.done += 1;
        self.longest = self.longest.max(begin.elapsed());
        Ok(())
    }
}

/// Keeps a transaction open that has written to a table, again and again.
async fn hold(
    server: &ScratchServer,
    database: &Ident,
    (beside, seconds): (Beside, u32),
) -> Result<(), BenchError> {
    if beside != Beside::TrackingWhileHeld {
        return Ok(());
    }
    let session = server.connect(database).await?;
    let until = Instant::now() + Duration::from_secs(seconds.into());
    while Instant::now() < until {
        session.batch(include_str!("../sql/workload/hold_table.sql")).await?;
        tokio::time::sleep(HELD).await;
        session.batch(include_str!("../sql/workload/let_go.sql")).await?;
        tokio::time::sleep(HELD / 2).await;
    }
    session.close().await;
    Ok(())
}
