//! Taking changes back: plan, preview, apply.
//!
//! This crate owns how a selection of changes becomes a plan (their net effect per row, in an
//! order that satisfies the constraints), what stands in its way, and how it is carried out as
//! one transaction that can be rolled back to preview it. It also writes the difference between two
//! moments as a script, in the same order. Planning is pure and lives in `net` and `order`; for very
//! many plain changes `bulk` has the server work out the same. The steps are kept at the server
//! (`steps`), and everything that is done with them is done there, set by set. It must not know how
//! anything is shown or confirmed.
//!
//! To add a way to select: a field of `pgrecall_model::ChangeSelection`, and in `select.rs` the
//! condition that it means. To add a kind of conflict: a variant of `ConflictKind`, and a check in
//! `conflict.rs`.

mod apply;
mod bulk;
mod carried_out;
mod conflict;
mod document;
mod error;
mod extent;
mod net;
mod order;
mod prepare;
mod progress;
mod rebuild;
mod recorded;
mod recording;
mod rights;
mod row_text;
mod run;
mod script;
mod select;
mod settle;
mod statement;
mod steps;
mod triggers;

pub use apply::{Applied, Options, apply, preview};
pub use carried_out::carried_out;
pub use document::{Document, DocumentConflict, DocumentError, write_plan};
pub use error::UndoError;
pub use net::{Broken, NetEffect, WholeRow, net};
pub use order::{Cycle, Moved, Ordered, order};
pub use prepare::{Planning, Prepared, plan, plan_with};
pub use progress::Progress;
pub use rebuild::{NOT_KNOWN, Rebuild, plan_rebuild, rebuild};
pub use rights::Rights;
pub use run::{Cut, Run, transactions};
pub use script::{Script, script};
pub use settle::{Decision, Decisions};
pub use triggers::Triggers;
