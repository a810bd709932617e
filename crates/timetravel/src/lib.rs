//! The past of a database as relations: any SELECT as of any moment.
//!
//! This crate owns how a moment becomes a boundary in the journal, how a table of that moment is
//! put together from its rows of today and the changes since, how a user's own SQL is led to such
//! tables, what lies between two moments, and who made a record what it is. It must not know how
//! anything is taken back, or shown.
//!
//! To add a kind of moment: a variant of `pgrecall_model::Moment`, and its meaning in
//! `boundary.rs` and `resolution.rs`.

mod as_of;
mod at;
mod at_once;
mod blame;
mod boundary;
mod diff;
mod effects;
mod error;
mod image;
mod known;
mod names_today;
mod only_key;
mod record;
pub mod redirect;
mod resolution;
mod resolve;
mod seen;
mod setup;
mod then;

pub use at::{Past, Rows, Terms, Warning, at, at_with};
pub use blame::{Blame, Blamed, Evidence, Fate, Setter, Since, blame};
pub use boundary::{Boundary, Certainty, Cut};
pub use diff::{Between, DiffKind, RowDiff};
pub use effects::check_effects;
pub use error::TimeTravelError;
pub use record::record_at;
pub use resolve::{TableAt, table_at};
pub use seen::{Ground, Seen, record_seen};
pub use setup::{Setup, setup};
