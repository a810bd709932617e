//! The torture suite: whatever PostgreSQL lets a client do to rows, the journal tells the same
//! story as an independent record, which is copies of the tables.
//!
//! Each test is a scenario: tables, then steps, in a few lines of SQL. After every step at which
//! no transaction is open the tables are copied. At the end one checker compares with the copies
//! - the changes replayed forward from the first copy, where each must find the row that it says
//!   was there, and backward from the last;
//! - `at` the moment of every copy, and the moment just before the first change;
//! - what differs between the moments of copies with what differs between the copies.
//!
//! Rows are compared as text, so that an image which lost something on its way shows.
//!
//! To add a scenario: a test in the module of its subject with `Scenario::new(…)….check()`.

#![expect(clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod copied;
mod differences;
mod replay;
mod scenario;
mod stage;

mod altered;
mod apply;
mod concurrency;
mod foreign_keys;
mod formats;
mod inheritance;
mod keys;
mod moved_partitions;
mod names;
mod partitions;
mod random;
mod selectivity;
mod sessions;
mod size;
mod statements;
mod transactions;
mod triggers;
mod truncate;
mod values;
mod views;
