use jiff::Timestamp;
use pgrecall_model::{ChangeId, TickId, TxId};
use pgrecall_postgres::{Ask, ServerError, Template};
use tokio_postgres::{IsolationLevel, Row};

use crate::{Journal, JournalError};

/// The difference of two snapshots, for the function that gives it and for what goes on from there.
pub(crate) const BETWEEN: &str = include_str!("../sql/tick/between.sql");

/// Which transactions are visible: all with numbers below `upper`, but for those in `open`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The first number that is not visible, and neither is any higher one.
    pub upper: TxId,
    /// Those with lower numbers that were still open, ascending.
    pub open: Vec<TxId>,
}

impl Snapshot {
    /// Everything that there will ever be.
    pub const ALL: Self = Self { upper: TxId(i64::MAX), open: Vec::new() };

    /// All transactions up to a number.
    #[must_use]
    pub fn up_to(tx: TxId) -> Self {
        Self { upper: TxId(tx.0.saturating_add(1)), open: Vec::new() }
    }

    /// Whether a transaction is visible.
    #[must_use]
    pub fn shows(&self, tx: TxId) -> bool {
        tx < self.upper && !self.open.contains(&tx)
    }

    /// Whether everything that is visible in another one is visible in this one, too.
    #[must_use]
    pub fn shows_all_of(&self, other: &Self) -> bool {
        other.upper <= self.upper && self.open.iter().all(|open| !other.shows(*open))
    }

    /// Whether every transaction up to a number is visible.
    #[must_use]
    pub fn shows_all_up_to(&self, tx: TxId) -> bool {
        tx < self.upper && self.open.iter().all(|open| *open > tx)
    }
}

/// A recorded snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// Its number.
    pub id: TickId,
    /// When it was taken.
    pub at: Timestamp,
    /// What was visible.
    pub snapshot: Snapshot,
}

/// The ticks around a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// The last one before it.
    pub earlier: Option<Earlier>,
    /// The first one after it.
    pub later: Option<Tick>,
}

/// The last tick before a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The tick.
    pub tick: Tick,
    /// Until when nothing of the journal became visible, as far as is known.
    pub valid_until: Timestamp,
    /// Whether it was taken in the cluster that the journal is in now.
    pub is_here: bool,
}

/// What is visible now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// The server's time.
    pub at: Timestamp,
    /// What is visible.
    pub snapshot: Snapshot,
}

/// A transaction of the journal that became visible between two snapshots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Its number.
    pub tx: TxId,
    /// When it was committed, where that is known.
    pub at: Option<Timestamp>,
    /// Where it is not: when it made its last change.
    pub last_change_at: Option<Timestamp>,
}

impl Journal {
    /// Takes a tick: see `recall.tick()`.
    ///
    /// # Errors
    /// When the connected user may not do it, or the server is gone.
    pub async fn tick(&mut self) -> Result<TickId, JournalError> {
        // With a stricter level as the database's default, the snapshot would be of no certain time.
        let begun = self.client_mut().build_transaction();
        let transaction = begun.isolation_level(IsolationLevel::ReadCommitted).start().await?;
        let row = transaction.query_one(include_str!("../sql/tick/take.sql"), &[]).await?;
        transaction.commit().await?;
        Ok(TickId(row.try_get("tick")?))
    }

    /// A tick by its number.
    ///
    /// # Errors
    /// When there is none.
    pub async fn tick_numbered(&self, id: TickId) -> Result<Tick, JournalError> {
        let row = self.database().row_if_any(include_str!("../sql/tick/get.sql"), &[&id.0]).await?;
        let row = row.ok_or(JournalError::UnknownTick(id))?;
        Ok(Tick { id, at: row.try_get("at")?, snapshot: snapshot(&row, "upper", "open")? })
    }

    /// The ticks around a time.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn ticks_around(&self, time: Timestamp) -> Result<Around, JournalError> {
        let sql = include_str!("../sql/tick/around.sql");
        Ok(around(&self.database().row(sql, &[&time]).await?)?)
    }

    /// The ticks between which a transaction became visible.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn ticks_around_transaction(&self, tx: TxId) -> Result<Around, JournalError> {
        let sql = include_str!("../sql/tick/around_transaction.sql");
        Ok(around(&self.database().row(sql, &[&tx.0]).await?)?)
    }

    /// What is visible now.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn present(&self) -> Result<Present, JournalError> {
        let row = self.database().row(include_str!("../sql/tick/present.sql"), &[]).await?;
        Ok(Present { at: row.try_get("at")?, snapshot: snapshot(&row, "upper", "open")? })
    }

    /// The transactions of the journal that became visible between two snapshots, at most `limit`.
    /// `ask` tells whether to ask the server for commit times that the journal does not have, which
    /// makes sense for transactions of the present cluster only.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn committed_between(
        &self,
        earlier: &Snapshot,
        later: &Snapshot,
        ask: bool,
        limit: i64,
    ) -> Result<Vec<Committed>, JournalError> {
        if later.upper <= earlier.upper && earlier.open.is_empty() {
            return Ok(Vec::new());
        }
        let (from, to) = (numbers(&earlier.open), numbers(&later.open));
        let sql = Template::new(include_str!("../sql/tick/committed.sql"))
            .with("between", &Template::new(BETWEEN))
            .with("limit", &limit)
            .sql();
        let rows = self
            .database()
            .rows(&sql, &[&earlier.upper.0, &from, &later.upper.0, &to, &ask])
            .await?;
        let committed = |row: &Row| {
            Ok(Committed {
                tx: TxId(row.try_get("tx")?),
                at: row.try_get("committed_at")?,
                last_change_at: row.try_get("last_change_at")?,
            })
        };
        rows.iter().map(committed).collect()
    }

    /// Which of these transactions have changed something that was recorded.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn recorded(&self, transactions: &[TxId]) -> Result<Vec<TxId>, JournalError> {
        if transactions.is_empty() {
            return Ok(Vec::new());
        }
        let sql = include_str!("../sql/tick/recorded.sql");
        let rows = self.database().rows(sql, &[&numbers(transactions)]).await?;
        rows.iter().map(|row| Ok(TxId(row.try_get("tx")?))).collect()
    }

    /// The last transaction below a number that had changed something by a time.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn last_transaction_until(
        &self,
        time: Timestamp,
        below: TxId,
    ) -> Result<Option<TxId>, JournalError> {
        let sql = include_str!("../sql/tick/last_until.sql");
        let row = self.database().row_if_any(sql, &[&time, &below.0]).await?;
        Ok(row.map(|row| row.try_get("tx")).transpose()?.map(TxId))
    }

    /// The transaction that made a change.
    ///
    /// # Errors
    /// When the journal has no such change.
    pub async fn transaction_of(&self, change: ChangeId) -> Result<TxId, JournalError> {
        let sql = include_str!("../sql/tick/of_change.sql");
        let row = self.database().row_if_any(sql, &[&change.0]).await?;
        let row = row.ok_or(JournalError::UnknownChange(change))?;
        Ok(TxId(row.try_get("tx")?))
    }
}

pub(crate) fn numbers(transactions: &[TxId]) -> Vec<i64> {
    transactions.iter().map(|tx| tx.0).collect()
}

pub(crate) fn snapshot(row: &Row, upper: &str, open: &str) -> Result<Snapshot, ServerError> {
    let open: Vec<i64> = row.try_get(open)?;
    Ok(Snapshot { upper: TxId(row.try_get(upper)?), open: open.into_iter().map(TxId).collect() })
}

fn around(row: &Row) -> Result<Around, ServerError> {
    let earlier = match row.try_get::<_, Option<i64>>("earlier_id")? {
        Some(id) => Some(Earlier {
            tick: Tick {
                id: TickId(id),
                at: row.try_get("earlier_at")?,
                snapshot: snapshot(row, "earlier_upper", "earlier_open")?,
            },
            valid_until: row.try_get("valid_until")?,
            is_here: row.try_get("earlier_is_here")?,
        }),
        None => None,
    };
    let later = match row.try_get::<_, Option<i64>>("later_id")? {
        Some(id) => Some(Tick {
            id: TickId(id),
            at: row.try_get("later_at")?,
            snapshot: snapshot(row, "later_upper", "later_open")?,
        }),
        None => None,
    };
    Ok(Around { earlier, later })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_shows_what_had_been_committed() {
        let snapshot = Snapshot { upper: TxId(10), open: vec![TxId(4), TxId(7)] };
        let shown: Vec<i64> = (1..12).filter(|tx| snapshot.shows(TxId(*tx))).collect();
        assert_eq!(shown, [1, 2, 3, 5, 6, 8, 9]);
        let whole: Vec<i64> = (1..12).filter(|tx| snapshot.shows_all_up_to(TxId(*tx))).collect();
        assert_eq!(whole, [1, 2, 3]);
        let of = |upper, open: &[i64]| Snapshot {
            upper: TxId(upper),
            open: open.iter().copied().map(TxId).collect(),
        };
        assert!(snapshot.shows_all_of(&snapshot) && snapshot.shows_all_of(&of(4, &[])));
        assert!(snapshot.shows_all_of(&of(9, &[3, 4, 7])) && !snapshot.shows_all_of(&of(5, &[])));
        assert!(!snapshot.shows_all_of(&of(11, &[4, 7])) && !snapshot.shows_all_of(&of(9, &[4])));
        assert!(Snapshot::up_to(TxId(3)).shows(TxId(3)));
        assert!(!Snapshot::up_to(TxId(3)).shows(TxId(4)));
    }
}
