//! The journal on a real PostgreSQL.

#![expect(clippy::expect_used, reason = "this is how a test fails")]

mod access;
mod activity;
mod after_image;
mod altered;
mod append_only;
mod baseline;
mod capture;
mod classification;
mod context;
mod context_sources;
mod events;
mod for_each;
mod guard_loopholes;
mod guards;
mod harmless;
mod history;
mod install;
mod interruption;
mod isolation;
mod maintenance;
mod operations;
mod partition;
mod past;
mod pause;
mod reconcile;
mod retention;
mod schema_changes;
mod selectivity;
mod table_shape;
mod tracking;
mod uninstall;
mod upgrade;
mod views;
mod watch;

use pgrecall_journal::{Filter, Journal, TrackOptions, install, resolve};
use pgrecall_model::{Change, Pattern, TxId};
use pgrecall_postgres::catalogue;
use pgrecall_testkit::{Server, TestDatabase};

/// A database with a journal in it.
async fn installed() -> (TestDatabase, Journal) {
    let database = Server::shared().database().await;
    let mut connection = database.connect().await;
    install(&mut connection).await.expect("install");
    let journal = Journal::open(connection).await.expect("open");
    (database, journal)
}

/// A database made by `sql`, with every table of schema `public` tracked.
async fn tracked(sql: &str) -> (TestDatabase, Journal) {
    let (database, mut journal) = installed().await;
    database.execute(sql).await;
    track(&mut journal, "public.*", &TrackOptions::default()).await;
    (database, journal)
}

async fn track(journal: &mut Journal, pattern: &str, options: &TrackOptions) {
    let pattern: Pattern = pattern.parse().expect("pattern");
    let tables = catalogue::tables(journal.client()).await.expect("tables");
    for table in resolve(&tables, &[pattern], &[]).expect("resolve").tables {
        journal.track(&table, options).await.expect("track");
    }
}

/// Every change, oldest first.
async fn changes(journal: &Journal) -> Vec<Change> {
    let filter = Filter { oldest_first: true, ..Filter::default() };
    journal.changes().await.expect("tables").read(journal, &filter).await.expect("changes")
}

/// Every change in short: `insert public.t id=1`.
async fn summary(journal: &Journal) -> Vec<String> {
    let line = |change: &Change| {
        let key = change.key.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        format!("{} {} {key}", change.op, change.table)
    };
    changes(journal).await.iter().map(line).collect()
}

/// The transactions that changes belong to, each once.
async fn transactions(journal: &Journal) -> Vec<TxId> {
    let mut ids: Vec<TxId> = changes(journal).await.iter().map(|change| change.tx).collect();
    ids.dedup();
    ids
}
