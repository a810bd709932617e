use pgrecall_model::{
    ChangeId, Code, ColumnName, Explain, KeyError, MarkName, Pattern, RelationName, TickId, TxId,
};
use pgrecall_postgres::ServerError;

use crate::NoCheckpoint;

/// Why something about the journal could not be done.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The server refused, or is gone.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// There is no journal in this database.
    #[error("there is no journal in this database")]
    NotInstalled,
    /// A schema of that name exists and is none of ours.
    #[error("the schema `recall` exists already and holds no journal")]
    ForeignSchema,
    /// The journal was made by a newer build.
    #[error("the journal has version {found}, this pgRecall knows versions up to {known}")]
    Newer {
        /// The journal's version.
        found: i32,
        /// The newest version that this build knows.
        known: i32,
    },
    /// The journal was made by an older build.
    #[error("the journal has version {found}, this pgRecall needs version {needed}")]
    Outdated {
        /// The journal's version.
        found: i32,
        /// The version that this build needs.
        needed: i32,
    },
    /// Only an event trigger could do it, and those may be made by superusers only.
    #[error("nothing can keep a table from being dropped: that takes an event trigger")]
    NoEventTriggers(#[source] ServerError),
    /// No table fits a pattern.
    #[error("no table fits `{0}`")]
    NothingMatches(Pattern),
    /// A table is not tracked, so the journal knows nothing of it.
    #[error("table {0} is not tracked")]
    NotTracked(RelationName),
    /// A table is named that does not exist.
    #[error("there is no table `{0}`")]
    UnknownTable(String),
    /// A name without a schema fits several tables.
    #[error("`{given}` is ambiguous: {candidates}")]
    AmbiguousTable {
        /// What the user wrote.
        given: String,
        /// The tables it could mean.
        candidates: String,
    },
    /// A single partition was named.
    #[error("table {0} is a partition; its rows are recorded with the whole table")]
    Partition(RelationName),
    /// A column is named that does not exist.
    #[error("no table that is to be tracked has a column `{}.{}`", .0.table, .0.column)]
    UnknownColumn(ColumnName),
    /// The table has no column of that name.
    #[error("table {table} has no column `{column}`")]
    NoSuchColumn {
        /// The table.
        table: RelationName,
        /// What was asked for.
        column: String,
    },
    /// A key column would be left out.
    #[error("column `{column}` is part of the key of {table}, so it must be recorded")]
    HiddenKey {
        /// The table.
        table: RelationName,
        /// The column.
        column: String,
    },
    /// The user's text does not fit the table's key.
    #[error("the key does not fit table {table}")]
    Key {
        /// The table.
        table: RelationName,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// The values of the key are not of the columns' types.
    #[error("the key `{given}` does not fit the column types of table {table}")]
    KeyValue {
        /// The table.
        table: RelationName,
        /// What the user wrote.
        given: String,
    },
    /// The key that rows were recorded under is no longer there.
    #[error(
        "the key of table {table} is no longer as it was recorded: there is no column {column}"
    )]
    KeyGone {
        /// The table.
        table: RelationName,
        /// The column.
        column: String,
    },
    /// The journal has no such transaction.
    #[error("the journal has no transaction {0}")]
    UnknownTransaction(TxId),
    /// The journal has no such change.
    #[error("the journal has no change {0}")]
    UnknownChange(ChangeId),
    /// The journal has no such tick.
    #[error("the journal has no tick {0}")]
    UnknownTick(TickId),
    /// No mark has that name, or fits that pattern.
    #[error("there is no mark `{0}`")]
    UnknownMark(MarkName),
    /// A mark of that name is there already.
    #[error("there is a mark `{0}` already")]
    MarkTaken(MarkName),
    /// A pattern stands where one mark must be named.
    #[error("`{0}` fits several names, and one is to be given")]
    MarkPattern(MarkName),
    /// The journal's owner could not read the rows that a TRUNCATE removes.
    #[error("the owner of the journal may not read table {0}, so a TRUNCATE could not be recorded")]
    Unreadable(RelationName),
    /// Policies hide rows of the table from the connected user.
    #[error("row security hides rows of {0} from the connected user")]
    RowsHidden(RelationName),
    /// A role is named that does not exist.
    #[error("there is no role `{0}`")]
    UnknownRole(String),
    /// The server cannot read a condition.
    #[error("the condition cannot be used for table {table}")]
    UnreadableCondition {
        /// The table.
        table: RelationName,
        /// What the server says.
        #[source]
        source: ServerError,
    },
    /// A condition could run somebody else's code with the journal's rights, or names what is hidden.
    #[error("the condition cannot be used for table {table}: {refusal}")]
    Condition {
        /// The table.
        table: RelationName,
        /// Why.
        refusal: String,
    },
    /// A table is of a kind of which there are no checkpoints.
    #[error("there can be no checkpoint of {table}: {}", .reason.reason())]
    NoCheckpoint {
        /// The table.
        table: RelationName,
        /// Why.
        reason: NoCheckpoint,
    },
    /// No checkpoint has that number.
    #[error("there is no checkpoint {0}")]
    UnknownCheckpoint(i64),
    /// No table that a pattern fits is tracked.
    #[error("no tracked table fits `{0}`")]
    NothingTracked(Pattern),
}

impl Explain for JournalError {
    fn code(&self) -> Code {
        match self {
            Self::Server(error) => error.code(),
            Self::NotInstalled => "journal/not-installed",
            Self::ForeignSchema => "journal/foreign-schema",
            Self::Newer { .. } => "journal/newer",
            Self::Outdated { .. } => "journal/outdated",
            Self::NoEventTriggers(_) => "journal/no-event-triggers",
            Self::NothingMatches(_) => "journal/nothing-matches",
            Self::NotTracked(_) | Self::NothingTracked(_) => "journal/not-tracked",
            Self::UnknownTable(_) => "journal/unknown-table",
            Self::AmbiguousTable { .. } => "journal/ambiguous-table",
            Self::Partition(_) => "journal/partition",
            Self::UnknownColumn(_) | Self::NoSuchColumn { .. } => "journal/unknown-column",
            Self::HiddenKey { .. } => "journal/hidden-key",
            Self::Key { .. } | Self::KeyValue { .. } => "journal/key",
            Self::KeyGone { .. } => "journal/key-gone",
            Self::UnknownTransaction(_) => "journal/unknown-transaction",
            Self::UnknownChange(_) => "journal/unknown-change",
            Self::UnknownTick(_) => "journal/unknown-tick",
            Self::UnknownMark(_) => "journal/unknown-mark",
            Self::MarkTaken(_) => "journal/mark-taken",
            Self::MarkPattern(_) => "journal/mark-pattern",
            Self::Unreadable(_) => "journal/unreadable",
            Self::RowsHidden(_) => "journal/rows-hidden",
            Self::UnknownRole(_) => "journal/unknown-role",
            Self::UnreadableCondition { .. } | Self::Condition { .. } => "journal/condition",
            Self::NoCheckpoint { .. } => "journal/no-checkpoint",
            Self::UnknownCheckpoint(_) => "journal/unknown-checkpoint",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Server(error) => return error.hint(),
            Self::NotInstalled => "install it with `pgrecall install`".to_owned(),
            Self::ForeignSchema => {
                "rename that schema, or connect to the database that you meant".to_owned()
            }
            Self::Newer { .. } => "nothing was changed; install a newer pgRecall".to_owned(),
            Self::Outdated { .. } => "run `pgrecall upgrade`".to_owned(),
            Self::NoEventTriggers(_) => {
                "nothing was changed; let a superuser run it: nobody else may make event triggers".to_owned()
            }
            Self::NothingMatches(_) => {
                "list the tables with `pgrecall tables --all`; write patterns as `public.*`, `'app.order*'` or \
                 `'\"Odd Name\"'`"
                    .to_owned()
            }
            Self::NotTracked(table) => format!("track it with `pgrecall track '{table}'`"),
            Self::UnknownTable(_) => "list the tables with `pgrecall tables --all`".to_owned(),
            Self::AmbiguousTable { .. } => "name the schema too".to_owned(),
            Self::Partition(_) => "name the partitioned table instead".to_owned(),
            Self::UnknownColumn(_) => "write columns as `table.column`".to_owned(),
            Self::NoSuchColumn { table, .. } => {
                format!("`pgrecall tables --json '{table}'` lists its columns")
            }
            Self::HiddenKey { .. } => "leave the column out of the options".to_owned(),
            Self::Key { .. } => "write `42`, `id=42` or `a=1,b=x`".to_owned(),
            Self::KeyGone { table, .. } => {
                format!("begin anew under the present key with `pgrecall track '{table}'`; `log` still shows the past")
            }
            Self::KeyValue { .. } => "give values as you would in SQL, without quotes".to_owned(),
            Self::UnknownTransaction(_) | Self::UnknownChange(_) => {
                "list the latest changes with `pgrecall log`".to_owned()
            }
            Self::UnknownTick(_) => {
                "older ticks are thinned out; name the moment by its time".to_owned()
            }
            Self::UnknownMark(_) => "list the marks with `pgrecall marks`".to_owned(),
            Self::MarkTaken(name) => {
                format!("choose another name, or take the old one away with `pgrecall marks --delete '{name}'`")
            }
            Self::MarkPattern(_) => "write the name without `*`".to_owned(),
            Self::Unreadable(table) => {
                format!("grant SELECT on {table} to the owner of schema recall, or install as the table's owner")
            }
            Self::RowsHidden(_) => {
                "connect as a role that row security does not apply to (BYPASSRLS)".to_owned()
            }
            Self::UnknownRole(_) => {
                "write the name as `pg_roles` has it, without quotes; create the role first".to_owned()
            }
            Self::UnreadableCondition { .. } => {
                "write it as in the WHEN of a trigger, with `OLD.column` and `NEW.column`; give another with \
                 `--when`, or take it off with `--no-when`"
                    .to_owned()
            }
            Self::Condition { .. } => {
                "it runs with the rights of the journal's owner, so it may use columns that are recorded, \
                 PostgreSQL's own types and enums, and PostgreSQL's own immutable functions and operators; \
                 take it off with `--no-when`"
                    .to_owned()
            }
            Self::NoCheckpoint { table, reason } => reason.hint(table),
            Self::UnknownCheckpoint(_) => "list them with `pgrecall checkpoint list`".to_owned(),
            Self::NothingTracked(_) => "list the tracked tables with `pgrecall tables`".to_owned(),
        })
    }
}

impl From<tokio_postgres::Error> for JournalError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error.into())
    }
}
