use std::fmt;

use futures_util::future::join;
use futures_util::{StreamExt, TryStreamExt, pin_mut};
use jiff::Timestamp;
use pgrecall_journal::{Gap, Journal};
use pgrecall_model::{Ident, Moment, RelationName};
use pgrecall_postgres::Template;
use tokio_postgres::{IsolationLevel, Transaction};

use crate::at_once;
use crate::known::Known;
use crate::redirect::Query;
use crate::redirect::RedirectError;
use crate::resolve::{Resolver, refused};
use crate::{Boundary, Certainty, Cut, TimeTravelError};

/// What comes before the snapshot is taken.
pub(crate) const HOLD_RETENTION: &str = include_str!("../sql/hold_retention.sql");

/// How the server is to run a query of the past.
pub(crate) const SETTLE: &str = include_str!("../sql/settle.sql");

/// A user's query, led to the past and ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    sql: String,
    /// The same without checkpoints, and the copies that are read, if any are.
    otherwise: Option<(String, Vec<RelationName>)>,
    /// The checkpoints that the query reads, by their numbers.
    pub checkpoints: Vec<i64>,
    /// What the moment came to.
    pub boundary: Boundary,
    /// What the reader of the answer should know.
    pub warnings: Vec<Warning>,
}

/// Why an answer may not be the whole truth.
#[derive(Debug, Clone, PartialEq)]
pub enum Warning {
    /// Changes of a table may be missing between the moment and now.
    Gap(RelationName, Gap),
    /// A column is not recorded; it is null in the answer.
    NotRecorded(RelationName, Ident),
    /// A relation has no past in the journal and is read as it is now.
    AsOfNow(RelationName),
    /// A column is not recorded; differences in it are not seen.
    NotCompared(RelationName, Ident),
    /// The values that a column had are not known any more; it is null in the answer.
    NotKnown(RelationName, Ident),
    /// Nobody saw when a table was altered, and it is shown as it was after that.
    AlteredUnseen(RelationName, Timestamp, Option<Timestamp>),
    /// A table was dropped, and rows that were never changed while it was recorded are missing.
    Incomplete(RelationName),
}

/// What the user accepts of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a term of its own")]
pub struct Terms {
    /// Refuse an answer that is approximate, or that anything else is to be said about.
    pub strict: bool,
    /// Read what has no past in the journal as it is now, instead of refusing the query.
    pub allow_untracked: bool,
    /// Do without values and rows that nobody knows any more, instead of refusing the query.
    pub allow_incomplete: bool,
    /// Ask the journal alone, and not the tables of today.
    pub from_journal: bool,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap(table, gap) => f.write_str(&gap.sentence(table)),
            Self::NotRecorded(table, column) => {
                write!(f, "column {column} of {table} is not recorded and shown as null")
            }
            Self::AsOfNow(name) => {
                write!(f, "{name} has no past in the journal and is read as it is now")
            }
            Self::NotKnown(table, column) => {
                write!(f, "column {column} of {table} is not known any more and shown as null")
            }
            Self::AlteredUnseen(table, after, until) => {
                let until = until.map_or_else(|| "now".to_owned(), |until| until.to_string());
                write!(
                    f,
                    "{table} was altered somewhen between {after} and {until}, and is shown as it was \
                     after that"
                )
            }
            Self::Incomplete(table) => {
                write!(
                    f,
                    "{table} was dropped, and rows that were never changed while it was recorded are missing"
                )
            }
            Self::NotCompared(table, column) => {
                write!(
                    f,
                    "column {column} of {table} is not recorded, so differences in it are not seen"
                )
            }
        }
    }
}

/// A whole answer as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows; null is `None`.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Leads a query to a moment. Whatever has no past in the journal is refused.
///
/// # Errors
/// As [`at_with`].
pub async fn at(journal: &Journal, moment: Moment, sql: &str) -> Result<Past, TimeTravelError> {
    at_with(journal, moment, sql, Terms::default()).await
}

/// Leads a query to a moment, on the user's terms.
///
/// # Errors
/// When the query is not one that only reads, when it reads something without a past, when the
/// moment lies before recording began, when the server refuses the query, or when the answer would
/// not be what the terms ask for.
pub async fn at_with(
    journal: &Journal,
    moment: Moment,
    sql: &str,
    terms: Terms,
) -> Result<Past, TimeTravelError> {
    let parsed = Query::parse(sql);
    let is_past = moment != Moment::Now || terms.from_journal;
    // What the moment means and what the names may mean is asked at once.
    let (boundary, known) = join(
        Boundary::of(journal, moment),
        Known::of(journal, parsed.as_ref().ok().filter(|_| is_past)),
    )
    .await;
    let boundary = boundary?;
    let query = match parsed {
        Ok(query) => query,
        Err(error) => return Err(syntax_error(journal, sql, error).await),
    };
    let cut = match &boundary {
        Boundary::Past(cut) => cut.clone(),
        Boundary::Present if terms.from_journal => Cut::now(journal).await?,
        Boundary::Present => {
            // The server knows best what is wrong with a name or a type.
            journal.client().prepare(sql).await.map_err(refused)?;
            let sql = query.redirect(|_| None)?;
            return Ok(Past::of(sql, boundary, Vec::new()));
        }
    };
    let mut resolver = Resolver::new(journal, cut.clone(), terms);
    let led = match resolver.lead(&query, known?).await {
        Ok(led) => led,
        Err(error) => return Err(said_by_the_server(journal, sql, error).await),
    };
    resolver.check(&led.stubs).await?;
    let (copies, checkpoints): (Vec<_>, Vec<_>) =
        resolver.copies().iter().map(|one| (one.copy.clone(), one.id)).unzip();
    let warnings = resolver.warnings();
    if terms.strict {
        check_certain(&cut, &warnings)?;
    }
    let otherwise = (!copies.is_empty()).then_some((led.without, copies));
    Ok(Past { otherwise, checkpoints, ..Past::of(led.rows, boundary, warnings) })
}

/// Of a name that means nothing, neither then nor now, the server tells best.
async fn said_by_the_server(
    journal: &Journal,
    sql: &str,
    error: TimeTravelError,
) -> TimeTravelError {
    if !matches!(error, TimeTravelError::Nameless(_)) {
        return error;
    }
    match journal.client().prepare(sql).await {
        Err(refusal) => refused(refusal),
        Ok(_) => error,
    }
}

pub(crate) fn check_certain(cut: &Cut, warnings: &[Warning]) -> Result<(), TimeTravelError> {
    let mut doubts: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    if cut.certainty != Certainty::Exact {
        doubts.insert(0, format!("the moment is {}", cut.certainty));
    }
    if doubts.is_empty() { Ok(()) } else { Err(TimeTravelError::Uncertain(doubts.join("; "))) }
}

/// Where the server agrees that the text is no SQL, its message is the better one.
async fn syntax_error(journal: &Journal, sql: &str, error: RedirectError) -> TimeTravelError {
    if !matches!(error, RedirectError::Syntax { .. }) {
        return error.into();
    }
    match journal.client().prepare(sql).await {
        Err(refusal) => refused(refusal),
        Ok(_) => error.into(),
    }
}

impl Past {
    fn of(sql: String, boundary: Boundary, warnings: Vec<Warning>) -> Self {
        Self { sql, otherwise: None, checkpoints: Vec::new(), boundary, warnings }
    }

    /// Begins the transaction in which the query runs, with the query: one that does without
    /// checkpoints where these were dropped meanwhile.
    async fn begin<'t>(
        &self,
        journal: &'t mut Journal,
    ) -> Result<(Transaction<'t>, &str), TimeTravelError> {
        let transaction = begin(journal).await?;
        let Some((otherwise, copies)) = &self.otherwise else {
            return Ok((transaction, &self.sql));
        };
        let hold = Template::new(include_str!("../sql/hold_copies.sql")).with_all(
            "copies",
            copies.iter().cloned(),
            ", ",
        );
        if transaction.batch_execute(&hold.sql()).await.is_ok() {
            return Ok((transaction, &self.sql));
        }
        transaction.batch_execute(include_str!("../sql/forgo_copies.sql")).await?;
        Ok((transaction, otherwise))
    }

    /// The query that gives the rows of then.
    #[must_use]
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// Runs the query and gives the whole answer.
    ///
    /// # Errors
    /// When the server refuses, or when the query tries to change something.
    pub async fn rows(&self, journal: &mut Journal) -> Result<Rows, TimeTravelError> {
        at_once::rows(journal.client(), &self.sql, self.otherwise.as_ref()).await
    }

    /// Runs the query and gives the answer as CSV with a header, piece by piece.
    ///
    /// # Errors
    /// When the server refuses, when the query tries to change something, or when `sink` fails.
    pub async fn csv<E: From<TimeTravelError>>(
        &self,
        journal: &mut Journal,
        mut sink: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let (transaction, sql) = self.begin(journal).await?;
        let copy = wrapped(include_str!("../sql/csv.sql"), sql);
        let pieces = transaction.copy_out(&copy).await.map_err(refused)?;
        pin_mut!(pieces);
        while let Some(piece) = pieces.next().await {
            sink(&piece.map_err(refused)?)?;
        }
        transaction.rollback().await.map_err(TimeTravelError::from)?;
        Ok(())
    }

    /// Runs the query and gives each row as one line of JSON.
    ///
    /// # Errors
    /// When the server refuses, when the query tries to change something, or when `sink` fails.
    pub async fn json<E: From<TimeTravelError>>(
        &self,
        journal: &mut Journal,
        mut sink: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let (transaction, sql) = self.begin(journal).await?;
        let select = wrapped(include_str!("../sql/json.sql"), sql);
        let no_parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 0] = [];
        let rows = transaction.query_raw(&select, no_parameters).await.map_err(refused)?;
        pin_mut!(rows);
        while let Some(row) = rows.try_next().await.map_err(refused)? {
            sink(row.try_get(0).map_err(refused)?)?;
        }
        transaction.rollback().await.map_err(TimeTravelError::from)?;
        Ok(())
    }
}

fn wrapped(template: &'static str, sql: &str) -> String {
    Template::new(template).with_checked_sql("query", sql).sql()
}

/// Rows of today and changes since must be read in one snapshot, and nothing may be written.
pub(crate) async fn begin(journal: &mut Journal) -> Result<Transaction<'_>, TimeTravelError> {
    let transaction = journal
        .client_mut()
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    transaction.batch_execute(&[HOLD_RETENTION, SETTLE].join(";\n")).await?;
    Ok(transaction)
}
