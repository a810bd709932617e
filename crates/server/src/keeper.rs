//! The workers that keep the journals while the server runs, with ticks and upkeep, and what waits in
//! the home database: approvals whose time is over, plans that a killed server was at.
//!
//! Of several servers one keeps a journal, whoever gets the lock; the others wait to take over.

use std::sync::Arc;
use std::time::Duration;

use pgrecall_access::Reach;
use pgrecall_journal::Journal;
use pgrecall_postgres::Database;
use tokio::time::Interval;

use crate::application;
use crate::notices::lookout;
use crate::problem::Problem;
use crate::service::{Desk, Service, Stopping};

/// What the server of the database shows as the name of the connection.
const APPLICATION: &str = "pgrecall keeper";
/// How often the upkeep is done.
const UPKEEP: Duration = Duration::from_mins(5);
/// How often it is looked for approvals and plans that nobody is at.
const SETTLING: Duration = Duration::from_secs(30);
/// The longest pause before another attempt, while the database cannot be reached.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// How often it is looked whether somebody ticked, while anybody follows.
const LOOK: Duration = Duration::from_millis(250);

/// Keeps the journal of a target until the server stops.
pub(crate) async fn keep(service: Arc<Service>, desk: Arc<Desk>, mut stopping: Stopping) {
    tokio::select! {
        () = keep_forever(&service, &desk) => {}
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
}

async fn keep_forever(service: &Service, desk: &Desk) {
    let rhythm = Duration::from_secs(desk.target.tick_seconds.into());
    let mut patience = rhythm;
    loop {
        let begun = tokio::time::Instant::now();
        if let Err(problem) = keep_connected(service, desk, rhythm).await {
            tracing::warn!(target_name = %desk.name, code = problem.code(), "the upkeep stopped");
        }
        metrics::gauge!("pgrecall_keeping", "target" => desk.name.to_string()).set(0);
        let lasted = begun.elapsed() > LONGEST_PAUSE;
        patience = if lasted { rhythm } else { (patience * 2).min(LONGEST_PAUSE) };
        tokio::time::sleep(patience).await;
    }
}

async fn keep_connected(service: &Service, desk: &Desk, every: Duration) -> Result<(), Problem> {
    let database = Database::connect(&desk.target.conninfo, APPLICATION).await?;
    let mut journal = Journal::open(database).await?;
    let mut rhythm = tokio::time::interval(every);
    rhythm.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !journal.try_keep().await? {
        rhythm.tick().await;
    }
    tracing::info!(target_name = %desk.name, "keeping the journal");
    metrics::gauge!("pgrecall_keeping", "target" => desk.name.to_string()).set(1);
    tokio::select! {
        ended = keep_up(desk, &mut journal, rhythm) => ended,
        () = Box::pin(lookout::watch(service, desk)) => Ok(()),
    }
}

async fn keep_up(desk: &Desk, journal: &mut Journal, mut rhythm: Interval) -> Result<(), Problem> {
    let mut kept: Option<tokio::time::Instant> = None;
    loop {
        rhythm.tick().await;
        journal.tick().await?;
        if kept.is_none_or(|kept| kept.elapsed() >= UPKEEP) {
            let done = journal.keep_up().await?;
            for reason in &done.waiting {
                tracing::warn!(target_name = %desk.name, reason, "the upkeep could not do everything");
            }
            kept = Some(tokio::time::Instant::now());
        }
    }
}

/// Ends approvals whose time is over, and finds out what became of plans that a killed server was at.
pub(crate) async fn keep_approvals(service: Arc<Service>, mut stopping: Stopping) {
    let keeping = async {
        loop {
            if let Err(error) = service.control.expire_approvals().await {
                let problem = Problem::from(error);
                tracing::warn!(code = problem.code(), "approvals could not be ended");
            }
            for desk in service.desks() {
                if let Err(problem) = application::settle_abandoned(&service, desk).await {
                    let code = problem.code();
                    tracing::warn!(target_name = %desk.name, code, "a plan stays unsettled");
                }
            }
            tokio::time::sleep(SETTLING).await;
        }
    };
    tokio::select! {
        () = keeping => {}
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
}

/// Tells those who follow a target of its newest tick, whoever took it.
pub(crate) async fn watch(desk: Arc<Desk>, mut stopping: Stopping) {
    let looking = async {
        loop {
            if desk.feed.is_followed()
                && let Err(problem) = look(&desk).await
            {
                tracing::warn!(target_name = %desk.name, code = problem.code(), "no tick was found");
                tokio::time::sleep(LOOK * 8).await;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::select! {
        () = looking => {}
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
}

pub(crate) async fn look(desk: &Desk) -> Result<(), Problem> {
    let seat = desk.seats.take(&Reach::Everything).await?;
    if let Some(tick) = seat.newest_tick().await? {
        desk.feed.advance(tick);
    }
    Ok(())
}
