//! The program as its users and their scripts meet it, on a real PostgreSQL.

#![expect(clippy::expect_used, reason = "this is how a test fails")]
#![expect(clippy::needless_raw_string_hashes, reason = "the snapshots are written by a tool")]

mod access;
mod batches;
mod checkpoints;
mod chinook;
mod classify;
mod config;
mod contract;
mod follow;
mod forms;
mod guards;
mod killed;
mod moments;
mod program;
mod reconcile;
mod refusals;
mod seeing;
mod selectivity;
mod serve;
mod shell;
mod undo_refusals;
mod unhappy_server;

use program::Program;

/// A database made by `sql`, with the journal installed and every table of `public` tracked.
async fn tracked(sql: &str) -> (pgrecall_testkit::TestDatabase, Program) {
    let database = pgrecall_testkit::Server::shared().database().await;
    database.execute(sql).await;
    let program = Program::on(&database.url());
    program.succeeds(&["install"]).await;
    program.succeeds(&["track", "public.*"]).await;
    (database, program)
}
