//! Taking changes back: plan, preview, apply.
//!
//! This crate owns how a selection of changes becomes a plan (their net effect per row, in an
//! order that satisfies the constraints), what stands in its way, and how it is carried out as
//! one transaction that can be rolled back to preview it. It also writes the difference between two
//! moments as a script, in the same order. Planning is pure and lives in `net` and
//! `order`; everything that asks the server is in the other modules. It must not know how
//! anything is shown or confirmed.
//!
//! To add a kind of selection: a variant of `pgrecall_model::Selection`, and in `select.rs` the
//! changes that it means. To add a kind of conflict: a variant of `ConflictKind`, and a check in
//! `conflict.rs`.

mod apply;
mod conflict;
mod current;
mod error;
mod net;
mod order;
mod prepare;
mod script;
mod select;
mod statement;
mod triggers;

pub use apply::{Applied, Options, apply, preview};
pub use error::UndoError;
pub use net::{Broken, NetEffect, WholeRow, net};
pub use order::{Cycle, Moved, Ordered, order};
pub use prepare::{Prepared, plan};
pub use script::{Script, script};
pub use triggers::Triggers;
