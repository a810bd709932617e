//! The server of pgRecall.
//!
//! This crate owns the configuration file (`config`), the HTTP API (`api`, a file per noun), who asks
//! (`caller`; with viewer tokens, `visitor` and `view`), how a plan is applied (`recipe`, `application`),
//! connections to the targets by how far somebody may see (`seats`), live events (`live`), who is told
//! what happens (`notices`), the files of the console (`console`) and the workers that keep the journals
//! and approvals meanwhile (`keeper`). It
//! must not know how anything is shown
//! on a terminal, and it does no work of its own: that is done by the crates below it.
//!
//! To add an operation: see `api/mod.rs`. To add a setting: a field in `config/written.rs`, what it
//! means in `config/settle.rs`.

mod admission;
mod api;
mod application;
mod caller;
mod clock;
pub mod config;
mod console;
mod docs;
mod etag;
mod health;
mod input;
mod keeper;
mod live;
mod log;
mod notices;
mod openid;
mod page;
mod problem;
mod recipe;
mod request_id;
mod ruling;
mod search;
mod seats;
mod serve;
mod service;
mod tls;
mod view;
mod visitor;
mod wire;

pub use notices::CourierError;
pub use serve::{ServeError, Server, invitation_link};
pub use tls::TlsSetupError;

/// The description of the API, as it is committed.
///
/// # Errors
/// When it cannot be written as JSON, which it always can.
pub fn openapi() -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(&api::document())? + "\n")
}
