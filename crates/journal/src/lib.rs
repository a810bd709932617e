//! The journal: the append-only record of changes in a database.
//!
//! This crate owns the schema `recall` (every object of it is a file below `sql/`), which tables
//! are recorded and how (triggers generated per table), and how changes are read back. It must
//! not know how a past state is put together or how anything is taken back.
//!
//! To add an object to the schema: a file in `sql/schema/` with the reason on top, a line in
//! `schema.rs`, and a step in its `UPGRADES` for journals that exist already.

mod capture;
mod error;
mod gap;
mod history;
mod install;
mod log;
mod news;
mod open;
mod patience;
mod pattern;
mod schema;
mod tracked;
mod tracking;
mod transaction;
mod uninstall;

pub use error::JournalError;
pub use gap::Gap;
pub use install::{Installed, belongs_to_superuser, install, upgrade};
pub use log::{Changes, Filter};
pub use news::News;
pub use open::Journal;
pub use pattern::{Matched, resolve};
pub use schema::VERSION;
pub use tracked::{RecordKey, TrackedTable};
pub use tracking::{Outcome, TrackOptions};
pub use uninstall::{Uninstalled, uninstall};
