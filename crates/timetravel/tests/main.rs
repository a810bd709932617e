//! The past on a real PostgreSQL.

#![expect(clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod answers;
mod blame;
mod checkpoint_upkeep;
mod checkpoints;
mod diff;
mod forms;
mod refusals;
mod sessions;
mod shapes;
mod single_records;
mod terms;
mod ticks;

use std::borrow::Borrow;

use pgrecall_journal::{Journal, TrackOptions, install, resolve};
use pgrecall_model::{Moment, TxId};
use pgrecall_postgres::catalogue;
use pgrecall_testkit::{Server, TestDatabase};
use pgrecall_timetravel::{TimeTravelError, at};

/// A database made by `sql`, with every table of schema `public` tracked.
async fn tracked(sql: &str) -> (TestDatabase, Journal) {
    let database = Server::shared().database().await;
    database.execute(sql).await;
    let mut connection = database.connect().await;
    install(&mut connection).await.expect("install");
    let mut journal = Journal::open(connection).await.expect("open");
    track_all(&mut journal).await;
    (database, journal)
}

async fn track_all(journal: &mut Journal) {
    let tables = catalogue::tables(journal.client()).await.expect("tables");
    let all = ["public.*".parse().expect("pattern")];
    for table in resolve(&tables, &all, &[]).expect("resolve").tables {
        journal.track(&table, &TrackOptions::default()).await.expect("track");
    }
}

/// The latest transaction of the journal.
async fn latest(database: &TestDatabase) -> TxId {
    let id = database.scalar("SELECT greatest((SELECT max(tx) FROM recall.change), (SELECT max(id) FROM recall.transaction))").await;
    TxId(id.parse().expect("number"))
}

/// The rows of a query as of a moment, each as its values with bars between.
async fn rows(
    journal: &mut Journal,
    moment: impl Borrow<Moment>,
    sql: &str,
) -> Result<Vec<String>, TimeTravelError> {
    let past = at(journal, moment.borrow().clone(), sql).await?;
    let answer = past.rows(journal).await?;
    let line = |row: Vec<Option<String>>| {
        row.into_iter()
            .map(|value| value.unwrap_or_else(|| "-".to_owned()))
            .collect::<Vec<_>>()
            .join("|")
    };
    Ok(answer.rows.into_iter().map(line).collect())
}
