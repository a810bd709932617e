use std::fmt;

use futures_util::future::try_join;
use jiff::{SignedDuration, Timestamp};
use pgrecall_journal::{Baseline, Gap, Journal, JournalError, Snapshot, Tick, TrackedTable};
use pgrecall_model::{MarkName, Moment, TxId};
use pgrecall_postgres::Template;

use crate::{TimeTravelError, as_of, resolution};

/// A moment as the journal knows it: which transactions belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Boundary {
    /// The present state: all of them.
    Present,
    /// A state of the past.
    Past(Cut),
}

/// Where the past ends and what came later begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The transactions that belong to the moment.
    pub snapshot: Snapshot,
    /// The time that was asked for, where it was one.
    pub time: Option<Timestamp>,
    /// The tick that was asked for, where it was one.
    pub tick: Option<Tick>,
    /// The mark by which the tick was asked for.
    pub mark: Option<MarkName>,
    /// Whether these were all transactions, and only those, that everybody saw then.
    pub certainty: Certainty,
}

/// How well it is known what belongs to a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// What everybody saw at the moment, and nothing else.
    Exact,
    /// Transactions may count that were committed up to so much later.
    Within(SignedDuration),
    /// Transactions count by their numbers, which the server gives at the first write: of some that
    /// overlapped, another may have been committed first.
    ByNumber,
}

/// As every answer says it.
impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.write_str("exact"),
            Self::Within(slack) => {
                // Rounded up, so that it is never promised too much.
                let milliseconds = slack.as_millis().saturating_add(1);
                write!(f, "approximate within {}.{:03} s", milliseconds / 1000, milliseconds % 1000)
            }
            Self::ByNumber => f.write_str("approximate: in the order of first writes"),
        }
    }
}

impl Boundary {
    /// Finds the boundary of a moment.
    ///
    /// # Errors
    /// When the moment names something that the journal does not have.
    pub async fn of(journal: &Journal, moment: Moment) -> Result<Self, JournalError> {
        let cut = match moment {
            Moment::Now => return Ok(Self::Present),
            Moment::Time(time) => resolution::of_time(journal, time).await?,
            Moment::Before(tx) => resolution::of_transaction(journal, tx, false).await?,
            Moment::After(tx) => resolution::of_transaction(journal, tx, true).await?,
            Moment::Change(change) => {
                let tx = journal.transaction_of(change).await?;
                resolution::of_transaction(journal, tx, true).await?
            }
            Moment::Tick(id) => resolution::of_tick(journal, id).await?,
            Moment::Mark(name) => {
                let mark = journal.mark_named(&name).await?;
                let cut = resolution::of_tick(journal, mark.tick).await?;
                Cut { mark: Some(mark.name), ..cut }
            }
        };
        Ok(Self::Past(cut))
    }

    /// Whether what a transaction changed belongs to the moment.
    #[must_use]
    pub fn counts(&self, tx: TxId) -> bool {
        match self {
            Self::Present => true,
            Self::Past(cut) => cut.snapshot.shows(tx),
        }
    }

    /// The opposite as a condition in SQL: that a change, which goes by the name `change` in a query,
    /// came after the moment.
    #[must_use]
    pub fn excludes(&self, change: &'static str) -> Template {
        match self {
            Self::Present => Template::new("false"),
            Self::Past(cut) => as_of::is_later(change, &cut.snapshot),
        }
    }

    /// Checks that the table was recorded from this moment on, and gives the gaps between the
    /// moment and now.
    ///
    /// # Errors
    /// When the moment lies before recording began.
    pub async fn check(
        &self,
        journal: &Journal,
        table: &TrackedTable,
    ) -> Result<Vec<Gap>, TimeTravelError> {
        match self {
            Self::Present => Ok(Vec::new()),
            Self::Past(cut) => cut.check(journal, table).await,
        }
    }
}

impl Cut {
    /// What everybody sees now.
    pub(crate) async fn now(journal: &Journal) -> Result<Self, JournalError> {
        let snapshot = journal.present().await?.snapshot;
        Ok(Self { snapshot, time: None, tick: None, mark: None, certainty: Certainty::Exact })
    }

    /// Checks that a table was recorded from the moment on, or on to it, and gives the gaps between the
    /// moment and a baseline.
    pub(crate) async fn check_from(
        &self,
        journal: &Journal,
        table: &TrackedTable,
        baseline: &Baseline,
    ) -> Result<Vec<Gap>, TimeTravelError> {
        self.check(journal, table).await?;
        let gaps = journal.gaps(table.relation.id).await?.into_iter();
        let lies_between = |gap: &Gap| {
            let ended = gap.until_tx.is_some_and(|until| baseline.snapshot.shows(until))
                && !self.lies_before_the_end_of(gap);
            let began =
                baseline.snapshot.shows(gap.from_tx) || self.reaches(gap.from_tx, gap.from_at);
            !ended && began
        };
        Ok(gaps.filter(lies_between).collect())
    }

    /// The same for a moment of the past.
    pub(crate) async fn check(
        &self,
        journal: &Journal,
        table: &TrackedTable,
    ) -> Result<Vec<Gap>, TimeTravelError> {
        let relation = &table.relation;
        let too_early = |since| TimeTravelError::TooEarly { table: relation.name.clone(), since };
        if !self.reaches(relation.since, relation.since_at) {
            return Err(too_early(relation.since_at));
        }
        let (horizon, gaps) =
            try_join(journal.horizon(relation.id), journal.gaps(relation.id)).await?;
        if let Some(horizon) = horizon
            && !(self.snapshot.shows_all_up_to(horizon.tx)
                && self.time.is_none_or(|time| time >= horizon.at))
        {
            return Err(too_early(horizon.at));
        }
        Ok(gaps.into_iter().filter(|gap| self.lies_before_the_end_of(gap)).collect())
    }

    /// Whether the moment lies after something that a transaction did at a time, while nobody else
    /// wrote to the table. For a time the clock decides, because a transaction that changed no row
    /// is in no snapshot that was refined.
    pub(crate) fn reaches(&self, tx: TxId, at: Timestamp) -> bool {
        self.time.map_or_else(|| self.snapshot.shows(tx), |time| time >= at)
    }

    fn lies_before_the_end_of(&self, gap: &Gap) -> bool {
        match (gap.until_tx, gap.until_at) {
            (Some(tx), Some(at)) => !self.reaches(tx, at),
            _ => true,
        }
    }
}
