//! What live events and searches cost: two servers of pgRecall on one home database, many subscribers,
//! a writer, and one server that is killed and started again meanwhile.

mod follower;
mod program;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use pgrecall_journal::{Journal, TrackOptions, install};
use pgrecall_model::Ident;
use pgrecall_postgres::Database;
use pgrecall_postgres::catalogue;
use tokio::time::Instant;

use crate::error::BenchError;
use crate::server::ScratchServer;
use follower::{Follower, Told};
use program::{Program, Running};

#[derive(Debug, Args)]
pub(crate) struct Serving {
    /// The program `pgrecall`, built for release
    #[arg(long, value_name = "FILE")]
    program: PathBuf,
    /// How many changes the journal has at the beginning
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    journal: i64,
    /// How many follow the changes
    #[arg(long, value_name = "N", default_value_t = 500)]
    subscribers: usize,
    /// How many changes are made a second, each in a transaction of its own
    #[arg(long, value_name = "N", default_value_t = 200)]
    rate: u32,
    /// How long they are made, in seconds
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u32,
    /// The folder with the server's programs [default: the newest server installed]
    #[arg(long, value_name = "DIR")]
    pub(crate) bin: Option<PathBuf>,
}

/// How long the last subscriber may take to be told of the last change.
const PATIENCE: Duration = Duration::from_mins(2);
/// How many times a record is brought back.
const RESTORES: usize = 50;
/// How many times each search is made.
const SEARCHES: usize = 100;

/// When each row was committed, by its number.
pub(crate) type Commits = Arc<Mutex<Vec<Option<Instant>>>>;

pub(crate) async fn measure(server: &ScratchServer, asked: &Serving) -> Result<(), BenchError> {
    let name = Ident::new("serving")?;
    server.create(&name, None).await?;
    prepare(server, &name, asked.journal).await?;
    let program = Program::new(&asked.program, &server.settings(&name))?;
    let token = program.token().await?;
    let writer = server.connect(&name).await?;
    println!("a journal of {} changes", asked.journal);
    let (median, p99) = program.restore(&writer, RESTORES).await?;
    println!("  a record restored by the command: median {median:.0} ms, p99 {p99:.0} ms");
    let mut servers = [program.serve().await?, program.serve().await?];
    for search in ["", "actor=nobody", "table=item&key=4711", "op=delete&since=1h"] {
        let (median, p99) = servers[1].ask(&token, search, SEARCHES).await?;
        println!("  changes?{search}: median {median:.1} ms, p99 {p99:.1} ms");
    }
    let before = servers[1].resident_kib()?;
    let commits: Commits = Arc::default();
    let addresses = [servers[0].address, servers[1].address];
    let following: Vec<_> = (0..asked.subscribers)
        .map(|number| {
            let commits = Arc::clone(&commits);
            let follower = Follower { addresses, token: token.clone(), commits, number };
            tokio::spawn(follower.follow(last_row(asked)))
        })
        .collect();
    // All of them follow before the first change is made.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (written, killed) =
        tokio::join!(write(&writer, asked, &commits), kill(&program, &mut servers, asked));
    written?;
    killed?;
    let with = servers[1].resident_kib()?;
    report(asked, following).await?;
    let half = u64::try_from(asked.subscribers.max(2) / 2).unwrap_or(1);
    println!("  about {} KiB of memory a subscriber", with.saturating_sub(before) / half);
    Ok(())
}

fn last_row(asked: &Serving) -> usize {
    usize::try_from(u64::from(asked.rate) * u64::from(asked.seconds)).unwrap_or(usize::MAX)
}

async fn prepare(server: &ScratchServer, name: &Ident, changes: i64) -> Result<(), BenchError> {
    let mut database = server.connect(name).await?;
    install(&mut database).await?;
    database.batch(include_str!("../sql/serving/item.sql")).await?;
    let mut journal = Journal::open(server.connect(name).await?).await?;
    for table in catalogue::tables(database.client()).await? {
        if table.name.table.as_str() == "item" {
            journal.track(&table, &TrackOptions::default()).await?;
        }
    }
    let mut left = changes;
    while left > 0 {
        let part = left.min(100_000);
        database.client().execute(include_str!("../sql/serving/fill.sql"), &[&part]).await?;
        left -= part;
    }
    database.batch("VACUUM ANALYZE").await?;
    Ok(())
}

/// Makes changes at a steady pace, and notes when each was committed.
async fn write(writer: &Database, asked: &Serving, commits: &Commits) -> Result<(), BenchError> {
    let mut pace = tokio::time::interval(Duration::from_secs(1) / asked.rate.max(1));
    for number in 1..=last_row(asked) {
        pace.tick().await;
        let id = i64::try_from(number).unwrap_or(i64::MAX);
        writer.client().execute(include_str!("../sql/serving/change.sql"), &[&-id]).await?;
        let mut commits = commits.lock().unwrap_or_else(PoisonError::into_inner);
        commits.resize(number + 1, None);
        commits[number] = Some(Instant::now());
    }
    Ok(())
}

/// Kills a server after a third of the time, and starts it again where it was after another sixth.
async fn kill(
    program: &Program,
    servers: &mut [Running; 2],
    asked: &Serving,
) -> Result<(), BenchError> {
    tokio::time::sleep(Duration::from_secs(u64::from(asked.seconds) / 3)).await;
    let address = servers[0].kill().await?;
    tokio::time::sleep(Duration::from_secs(u64::from(asked.seconds) / 6)).await;
    servers[0] = program.serve_at(address).await?;
    Ok(())
}

async fn report(
    asked: &Serving,
    following: Vec<tokio::task::JoinHandle<Told>>,
) -> Result<(), BenchError> {
    let until = Instant::now() + PATIENCE;
    let (mut lost, mut repeated, mut reconnects) = (0, 0, 0);
    let mut latencies: Vec<f64> = Vec::new();
    for follower in following {
        let told = tokio::time::timeout_at(until, follower).await;
        let Ok(Ok(told)) = told else { return Err(BenchError::TooLong(120)) };
        lost += last_row(asked) - told.rows.len().min(last_row(asked));
        repeated += told.repeated;
        reconnects += told.reconnects;
        latencies.extend(told.latencies_ms);
    }
    latencies.sort_by(f64::total_cmp);
    println!(
        "{} subscribers, {} changes a second for {} s, a server killed and started again\n  \
         {lost} lost, {repeated} repeated, {reconnects} reconnects\n  \
         from commit to subscriber: median {:.0} ms, p99 {:.0} ms",
        asked.subscribers,
        asked.rate,
        asked.seconds,
        percentile(&latencies, 50),
        percentile(&latencies, 99),
    );
    if lost + repeated > 0 {
        return Err(BenchError::Events { lost, repeated });
    }
    Ok(())
}

/// Of sorted values.
pub(crate) fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let at = sorted.len() * percent / 100;
    sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}
