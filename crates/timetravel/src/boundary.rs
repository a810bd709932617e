use jiff::Timestamp;
use pgrecall_journal::{Gap, Journal, JournalError, TrackedTable};
use pgrecall_model::{Moment, TxId};
use pgrecall_postgres::Template;

use crate::TimeTravelError;

/// A moment as the journal knows it: the last transaction that belongs to it.
///
/// Transactions are ordered by their numbers, which the server gives at the first write. Of
/// transactions that ran at the same time one may therefore count as earlier than another that
/// was committed before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// The present state.
    Present,
    /// The state just after a transaction, without all later ones.
    After {
        /// The last transaction that counts.
        tx: TxId,
        /// The time that was asked for, where it was one.
        time: Option<Timestamp>,
    },
}

impl Boundary {
    /// Finds the boundary of a moment.
    ///
    /// # Errors
    /// When the moment names a transaction that the journal does not have.
    pub async fn of(journal: &Journal, moment: Moment) -> Result<Self, JournalError> {
        match moment {
            Moment::Now => Ok(Self::Present),
            Moment::After(tx) => {
                journal.transaction(tx).await?;
                Ok(Self::After { tx, time: None })
            }
            Moment::Before(tx) => {
                journal.transaction(tx).await?;
                Ok(Self::After { tx: TxId(tx.0 - 1), time: None })
            }
            Moment::Time(time) => {
                let last = journal
                    .client()
                    .query_opt(include_str!("../sql/last_until.sql"), &[&time])
                    .await?;
                let tx = last.map(|row| row.try_get(0)).transpose()?.unwrap_or(0);
                Ok(Self::After { tx: TxId(tx), time: Some(time) })
            }
        }
    }

    /// The last transaction that counts, unless it is the present that is meant.
    #[must_use]
    pub fn tx(self) -> Option<TxId> {
        match self {
            Self::Present => None,
            Self::After { tx, .. } => Some(tx),
        }
    }

    /// Whether what a transaction did belongs to the moment.
    #[must_use]
    pub fn contains(&self, tx: TxId) -> bool {
        match self {
            Self::Present => true,
            Self::After { tx: last, .. } => tx <= *last,
        }
    }

    /// The opposite as a condition in SQL: that a transaction came after the moment. `tx` is an
    /// expression that gives its number.
    pub(crate) fn excludes(&self, tx: &'static str) -> Template {
        match self {
            Self::Present => Template::new("false"),
            Self::After { tx: last, .. } => Template::new("({tx} > {last})")
                .with("tx", &Template::new(tx))
                .with("last", &last.0),
        }
    }

    /// Checks that the table was recorded from this moment on, and gives the gaps between the
    /// moment and now.
    ///
    /// # Errors
    /// When the moment lies before recording began.
    pub async fn check(
        self,
        journal: &Journal,
        table: &TrackedTable,
    ) -> Result<Vec<Gap>, TimeTravelError> {
        let Self::After { tx, time } = self else { return Ok(Vec::new()) };
        let relation = &table.relation;
        if tx < relation.since || time.is_some_and(|time| time < relation.since_at) {
            return Err(TimeTravelError::TooEarly {
                table: relation.name.clone(),
                since: relation.since_at,
            });
        }
        if let Some(horizon) = journal.horizon(relation.id).await?
            && tx < horizon.tx
        {
            return Err(TimeTravelError::TooEarly {
                table: relation.name.clone(),
                since: horizon.at,
            });
        }
        let gaps = journal.gaps(relation.id).await?;
        Ok(gaps.into_iter().filter(|gap| gap.reaches_beyond(tx)).collect())
    }
}
