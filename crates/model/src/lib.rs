//! The vocabulary of pgRecall as types.
//!
//! This crate owns the words that every other crate speaks (relation, key, change, transaction,
//! context, moment, selection, plan) and the rules that make a value of them valid. It does no
//! I/O and must not know how PostgreSQL is reached, what the journal's tables look like or how
//! anything is shown to a person.
//!
//! To add a word: a module named after it, a type that cannot hold an invalid value, and a line
//! in the list below.

mod change;
mod classification;
mod context;
mod explain;
mod key;
mod keyword;
mod moment;
mod name;
mod pattern;
mod plan;
mod relation;
mod selection;

pub use change::{Change, ChangeId, Operation, Row, TickId, Transaction, TxId};
pub use classification::{Class, ClassError};
pub use context::Context;
pub use explain::{Code, Explain};
pub use key::{Key, KeyError, KeyText};
pub use moment::{MarkName, Moment, MomentError};
pub use name::{ColumnName, Ident, NameError, RelationName};
pub use pattern::Pattern;
pub use plan::{
    Action, Conflict, ConflictKind, Counts, Hasher, LaterChange, Plan, PlanHash, Policies, Policy,
    PolicyError, Step,
};
pub use relation::{ForeignKey, ForeignKeyAction, Relation, RelationId, UniqueKey};
pub use selection::{ChangeSelection, RecordSelection, Selection, TxRange, TxRangeError};
