//! Taking changes back on a real PostgreSQL.

#![expect(clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod after_image;
mod bulk;
mod concurrent;
mod conflicts;
mod constraints;
mod extents;
mod fidelity;
mod for_each;
mod graphs;
mod oracle;
mod policies;
mod records;
mod rights;
mod runs;
mod script;
mod selections;
mod transactions;

use pgrecall_journal::{Journal, TrackOptions, install, resolve};
use pgrecall_model::{Selection, TxId};
use pgrecall_postgres::catalogue;
use pgrecall_testkit::{Server, Session, TestDatabase};
use pgrecall_undo::{Applied, Options, UndoError, apply, plan, preview};

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
    track_all_with(journal, &TrackOptions::default()).await;
}

async fn track_all_with(journal: &mut Journal, options: &TrackOptions) {
    let tables = catalogue::tables(journal.client()).await.expect("tables");
    let all = ["public.*".parse().expect("pattern")];
    for table in resolve(&tables, &all, &[]).expect("resolve").tables {
        journal.track(&table, options).await.expect("track");
    }
}

/// The latest transaction of the journal.
async fn latest(database: &Session) -> TxId {
    let id = database.scalar("SELECT greatest((SELECT max(tx) FROM recall.change), (SELECT max(id) FROM recall.transaction))").await;
    TxId(id.parse().expect("number"))
}

/// Runs statements as one transaction and gives its number.
async fn transaction(database: &Session, sql: &str) -> TxId {
    database.execute(&format!("BEGIN; {sql}; COMMIT")).await;
    latest(database).await
}

/// Plans, previews and applies, and makes sure that the preview changed nothing.
async fn undo(journal: &mut Journal, selection: Selection) -> Result<Applied, UndoError> {
    let prepared = plan(journal, selection).await?;
    let options = Options { reason: Some("test".to_owned()), ..Options::default() };
    let previewed = preview(journal, &prepared, &options).await?;
    let applied = apply(journal, &prepared, &options).await?;
    assert_eq!(previewed.rows, applied.rows);
    Ok(applied)
}

async fn undo_tx(journal: &mut Journal, ids: &[TxId]) -> Result<Applied, UndoError> {
    undo(journal, Selection::transactions(ids)).await
}

/// Every row of the tables as text, sorted: a copy to compare with.
async fn copy(database: &Session, tables: &[&str]) -> Vec<String> {
    let mut copy = Vec::new();
    for table in tables {
        let rows =
            database.query_text(&format!("SELECT r::text FROM {table} AS r ORDER BY 1")).await;
        copy.extend(
            rows.into_iter()
                .map(|mut row| format!("{table} {}", row.remove(0).unwrap_or_default())),
        );
    }
    copy
}
