//! The server as its users meet it, on a real PostgreSQL.

#![expect(clippy::expect_used, clippy::panic, reason = "this is how a test fails")]
#![expect(clippy::needless_raw_string_hashes, reason = "the snapshots are written by a tool")]

mod approvals;
mod authorization;
mod break_glass;
mod changes;
mod classes;
mod client;
mod config;
mod contract;
mod density;
mod keys;
mod live;
mod mail;
mod notices;
mod openapi;
mod openid;
mod outages;
mod past;
mod receiver;
mod records;
mod searches;
mod security;
mod service;
mod sessions;
mod stage;
mod tls;
mod undo;
mod users;
mod viewers;
