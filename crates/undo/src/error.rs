use pgrecall_journal::JournalError;
use pgrecall_model::{Code, Conflict, ConflictKind, Explain, Ident, RelationName, TxId};
use pgrecall_postgres::ServerError;
use pgrecall_timetravel::TimeTravelError;

/// Why nothing was taken back.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// The journal could not be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A past state could not be found out.
    #[error(transparent)]
    TimeTravel(#[from] TimeTravelError),
    /// The transactions changed no row, or what they changed is back already.
    #[error("there is nothing to undo: {0}")]
    Nothing(String),
    /// Retention removed a part of what the transaction changed.
    #[error("some of the changes of transaction {0} were removed from the journal")]
    Trimmed(TxId),
    /// A column cannot be taken back where a whole row came or went.
    #[error("transaction {tx} did not update the record but made or removed it as a whole")]
    WholeRow {
        /// The transaction.
        tx: TxId,
    },
    /// The transaction was taken back already.
    #[error("transaction {tx} was taken back already, by transaction {by}")]
    Already {
        /// The transaction.
        tx: TxId,
        /// The undo.
        by: TxId,
    },
    /// The changes were recorded before the table got its present key.
    #[error("the changes of {0} were recorded under another key than it has now")]
    OtherKey(RelationName),
    /// Something stands in the way.
    #[error("the plan has {} that must be settled first", count(.0))]
    Conflicts(Vec<Conflict>),
    /// There is no such undo that is unfinished.
    #[error("there is no unfinished undo {0}")]
    UnknownRun(i64),
    /// The undo in several transactions came to its end.
    #[error("undo {id} is finished, with transaction {last}")]
    RunFinished {
        /// Its number.
        id: i64,
        /// Its last transaction.
        last: TxId,
    },
    /// Another connection goes on with it.
    #[error("undo {0} is being carried on by another connection")]
    RunBusy(i64),
    /// A run that takes another one back cannot be taken back itself.
    #[error("undo {id} takes back what was done of undo {other}, and can only be finished")]
    TakesBack {
        /// Its number.
        id: i64,
        /// The other.
        other: i64,
    },
    /// A table has other columns than when the undo began.
    #[error("table {0} is not as it was when the undo began")]
    TableAltered(RelationName),
    /// An undo in several transactions stopped.
    #[error("undo {id} stopped, with {done} of {rows} rows done")]
    Stopped {
        /// Its number.
        id: i64,
        /// How many rows are done.
        done: u64,
        /// Of how many.
        rows: u64,
        /// Whether what is done can be taken back.
        reversible: bool,
        /// Why.
        source: Box<UndoError>,
    },
    /// The connected user may not take on the role of the tables' owner.
    #[error("the connected user may not act as {0}, the owner of the tables")]
    NotOwner(Ident, #[source] ServerError),
    /// The tables have no common owner.
    #[error("the tables have several owners: {}", listed(.0))]
    SeveralOwners(Vec<Ident>),
    /// The user's own triggers can only be kept from firing by the table's owner.
    #[error("the triggers of {0} cannot be kept from firing")]
    Triggers(RelationName, #[source] ServerError),
    /// A plan file could not be read or written.
    #[error(transparent)]
    Document(#[from] crate::DocumentError),
    /// The plan of the file would be another one now.
    #[error(
        "the plan would be another one now: rows or the journal have changed since it was made"
    )]
    OtherPlan,
    /// The user may not take changes back.
    #[error("the connected user may not take changes back")]
    Forbidden,
    /// Another plan was made on the same connection since.
    #[error("the plan is no longer there: another one was made since")]
    Superseded,
    /// What was decided about conflicts leads to ever more of them.
    #[error("settling the conflicts leads to ever more conflicts")]
    Endless,
    /// A trigger of the user's changed what was to be done.
    #[error("the rows of {0} are not as planned afterwards")]
    NotAsPlanned(RelationName),
}

fn listed(names: &[Ident]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn count(conflicts: &[Conflict]) -> String {
    match conflicts.len() {
        1 => "a conflict".to_owned(),
        several => format!("{several} conflicts"),
    }
}

impl Explain for UndoError {
    fn code(&self) -> Code {
        match self {
            Self::Journal(error) => error.code(),
            Self::TimeTravel(error) => error.code(),
            Self::Nothing(_) => "undo/nothing",
            Self::Trimmed(_) => "undo/trimmed",
            Self::WholeRow { .. } => "undo/whole-row",
            Self::Already { .. } => "undo/already",
            Self::OtherKey(_) => "undo/other-key",
            Self::Conflicts(_) => "undo/conflict",
            Self::UnknownRun(_) => "undo/unknown-run",
            Self::RunFinished { .. } => "undo/finished",
            Self::RunBusy(_) => "undo/busy",
            Self::TakesBack { .. } => "undo/takes-back",
            Self::TableAltered(_) => "undo/table-altered",
            Self::Stopped { .. } => "undo/stopped",
            Self::NotOwner(..) => "undo/not-owner",
            Self::SeveralOwners(_) => "undo/several-owners",
            Self::Triggers(..) => "undo/triggers",
            Self::Document(error) => error.code(),
            Self::OtherPlan => "undo/other-plan",
            Self::Forbidden => "undo/forbidden",
            Self::Superseded => "undo/superseded",
            Self::Endless => "undo/endless",
            Self::NotAsPlanned(_) => "undo/not-as-planned",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Journal(error) => return error.hint(),
            Self::TimeTravel(error) => return error.hint(),
            Self::Nothing(_) => "see what was changed with `pgrecall log`".to_owned(),
            Self::Trimmed(_) => {
                "bring single records back with `pgrecall restore TABLE KEY --to MOMENT`".to_owned()
            }
            Self::WholeRow { .. } => {
                "leave `--column` out to take the whole record back".to_owned()
            }
            Self::Already { by, .. } => {
                format!("to have its changes again, undo the undo: `--tx {by}`")
            }
            Self::OtherKey(_) => {
                "look at the old values with `pgrecall log` and set the rows right by hand"
                    .to_owned()
            }
            Self::Conflicts(conflicts) => conflict_hint(conflicts)?,
            Self::UnknownRun(_) | Self::RunBusy(_) => {
                "list the unfinished ones with `pgrecall undo --runs`".to_owned()
            }
            Self::RunFinished { last, .. } => {
                format!("to take it back as a whole: `pgrecall undo --tx {last}`")
            }
            Self::TakesBack { id, .. } => {
                format!("finish it with `pgrecall undo --resume {id}`, then undo again what is meant")
            }
            Self::TableAltered(_) => {
                "take back what was done with `--rollback`, then undo anew".to_owned()
            }
            Self::Stopped { id, reversible, .. } => stopped_hint(*id, *reversible),
            Self::NotOwner(owner, _) => {
                format!("have {owner} granted to you, or leave `--as-owner` out")
            }
            Self::SeveralOwners(_) => {
                "undo the tables of each owner by themselves with `--table`".to_owned()
            }
            Self::Triggers(..) => {
                "let them fire with `--triggers fire`, or have the role of the table's owner granted to you"
                    .to_owned()
            }
            Self::Document(error) => return error.hint(),
            Self::OtherPlan => {
                "nothing was changed; look at the new plan with `--replan`".to_owned()
            }
            Self::Forbidden => {
                "have an owner of the journal grant you the role `recall_admin`".to_owned()
            }
            Self::Superseded => "make the plan again".to_owned(),
            Self::Endless => "settle them with `--on-conflict skip`".to_owned(),
            Self::NotAsPlanned(_) => {
                "nothing was changed; a rule or a trigger of the table interferes: leave `--triggers fire` \
                 out, or take the rule off meanwhile"
                    .to_owned()
            }
        })
    }
}

fn stopped_hint(run: i64, reversible: bool) -> String {
    let resume = format!("settle that and go on with `pgrecall undo --resume {run}`");
    if reversible {
        format!(
            "{resume}, or take back what is done with `pgrecall undo --resume {run} --rollback`"
        )
    } else {
        resume
    }
}

/// The way out, by what stands in it.
fn conflict_hint(conflicts: &[Conflict]) -> Option<String> {
    let has = |kind| conflicts.iter().any(|conflict| conflict.kind == kind);
    if let Some(options) = later_transactions(conflicts) {
        return Some(format!(
            "nothing was changed; to take the later changes back too, add `{options}`; to leave those \
             rows as they are, `--on-conflict skip`"
        ));
    }
    let hint = if has(ConflictKind::Dependants) {
        "nothing was changed; remove those rows too with `--on-conflict dependants=cascade`, keep all with \
         `--on-conflict skip`, or undo the transactions that made them too"
    } else if has(ConflictKind::NotPermitted) {
        "nothing was changed; have the right granted, or act as the tables' owner with `--as-owner`"
    } else if has(ConflictKind::ParentGone) {
        "nothing was changed; bring that row back first, or leave these out with `--on-conflict skip`"
    } else if has(ConflictKind::UniqueTaken) {
        "nothing was changed; free the value first, or leave these out with `--on-conflict skip`"
    } else if has(ConflictKind::NotRecorded) {
        "nothing was changed; those columns are excluded or hashed: set the rows right by hand"
    } else if has(ConflictKind::Constraint) {
        "nothing was changed; bring the rows back that the constraint asks for, or undo them too"
    } else if has(ConflictKind::TableGone) {
        "nothing was changed; the journal holds rows, not tables: make it anew from its definition or a \
         backup; `pgrecall log --table NAME --json` has every row that was changed since it was tracked"
    } else if has(ConflictKind::ColumnGone) {
        "nothing was changed; bring the column back, or leave it out with `--on-conflict \
         column-gone=merge`"
    } else if has(ConflictKind::ChangedLater) || has(ConflictKind::Gap) {
        "nothing was changed; look at the record with `pgrecall history TABLE KEY`"
    } else {
        return None;
    };
    Some(hint.to_owned())
}

/// The options that add the later transactions, where they are few.
fn later_transactions(conflicts: &[Conflict]) -> Option<String> {
    let mut later: Vec<TxId> =
        conflicts.iter().flat_map(|c| c.later.iter().map(|l| l.tx)).collect();
    later.sort_unstable();
    later.dedup();
    let options: Vec<String> = later.iter().map(|tx| format!("--tx {tx}")).collect();
    (!later.is_empty() && later.len() <= 5).then(|| options.join(" "))
}

impl From<ServerError> for UndoError {
    fn from(error: ServerError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<tokio_postgres::Error> for UndoError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Journal(error.into())
    }
}
