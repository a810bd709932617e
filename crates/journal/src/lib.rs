//! The journal: the append-only record of changes in a database.
//!
//! This crate owns the schema `recall` (every object of it is a file below `sql/`), which tables
//! are recorded and how (triggers generated per table), and how changes are read back. It must
//! not know how a past state is put together or how anything is taken back.
//!
//! To add an object to the schema: a file in `sql/schema/` with the reason on top, a line in
//! `schema.rs`, a higher `VERSION`, and a step in its `UPGRADES` where tables of journals that exist
//! already change.

mod access;
mod activity;
mod after_image;
mod baseline;
mod capture;
mod chain;
mod checkpoint;
mod classification;
mod concerned;
mod coverage;
mod density;
mod doctor;
mod error;
mod event;
mod for_each;
mod form;
mod former_names;
mod gap;
mod guard;
mod history;
mod inspection;
mod install;
mod live;
mod log;
mod maintenance;
mod mark;
mod news;
mod open;
mod operation;
mod origin;
mod patience;
mod pattern;
mod pause;
mod reconcile;
mod refusal;
mod retention;
mod schema;
mod selectivity;
mod term;
mod tick;
mod tracked;
mod tracking;
mod transaction;
mod undone;
mod unfinished_undo;
mod uninstall;
mod upkeep;
mod viewer;

pub use access::missing_roles;
pub use activity::{Activity, Bulk, Dimension, Group, Unusual, Who};
pub use after_image::{AfterImage, AfterImageError};
pub use baseline::Baseline;
pub use chain::Broken;
pub use checkpoint::{Checkpoint, CheckpointPolicy, NoCheckpoint, ReadableCheckpoint};
pub use classification::{Classification, ClassifiedColumn, ClassifiedTable, Extent, Reclassify};
pub use concerned::Concerned;
pub use coverage::{PatternOptions, SavedPattern, Uncovered};
pub use density::{Counted, DayOfTable, HourOfWeek};
pub use doctor::{Check, Standing, Verdict};
pub use error::JournalError;
pub use event::{Event, EventFilter};
pub use for_each::{ForEach, ForEachError};
pub use form::{Form, FormColumn, ImageShape, Point};
pub use gap::{Gap, NewGap};
pub use guard::{GuardOptions, Guards, Wish};
pub use inspection::Finding;
pub use install::{Installed, belongs_to_superuser, install, upgrade};
pub use log::{Changes, Filter};
pub use maintenance::Maintained;
pub use mark::Mark;
pub use news::News;
pub use open::Journal;
pub use operation::ManualOperation;
pub use origin::{Origin, OriginError};
pub use pattern::{Matched, resolve};
pub use reconcile::{EventTriggers, Mending, Reconciled};
pub use refusal::Refusal;
pub use retention::{Horizon, Retained, RetentionError, RetentionPlan, RetentionStep, SavedTerm};
pub use schema::VERSION;
pub use selectivity::{
    Condition, OnFailure, OnFailureError, Role, Selectivity, SelectivityOptions,
};
pub use term::{Term, TermError};
pub use tick::{Around, Committed, Earlier, Present, Snapshot, Tick};
pub use tracked::{RecordKey, Shape, TrackedTable};
pub use tracking::{Outcome, TrackOptions};
pub use undone::Undone;
pub use unfinished_undo::UnfinishedUndo;
pub use uninstall::{Leave, Uninstalled, uninstall};
pub use viewer::Viewer;
