//! What programs get to see: the fields of the API, which are those of `--json` where the command
//! line shows the same.

mod approval;
mod change;
mod past;
mod plan;
mod table;

pub(crate) use approval::{Approval, ApprovalPage, Review, ReviewPage};
pub(crate) use change::{Change, Operation, Transaction};
pub(crate) use past::{Activity, BlamedColumn, Diff, Mark, RowDiff};
pub(crate) use plan::{Conflict, Effects, Plan, RowCounts, Step};
pub(crate) use table::{Gap, Table, TableColumn, Uncovered};
