//! What became visible from one tick to a later one, for those who follow a journal.

use pgrecall_model::{TickId, TxId};

use crate::tick::{numbers, snapshot};
use crate::{Journal, JournalError, Snapshot, Tick};

impl Snapshot {
    /// Whether everything that an earlier snapshot shows is shown by this one, too. Two that were
    /// taken at the same time need not be written down in their order.
    #[must_use]
    pub fn contains(&self, earlier: &Self) -> bool {
        self.upper >= earlier.upper
            && self.open.iter().all(|tx| *tx >= earlier.upper || earlier.open.contains(tx))
    }
}

impl Journal {
    /// The newest tick; none before the first.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn newest_tick(&self) -> Result<Option<Tick>, JournalError> {
        let row = self.client().query_opt(include_str!("../sql/tick/newest.sql"), &[]).await?;
        row.map(|row| {
            let id = TickId(row.try_get("id")?);
            Ok(Tick { id, at: row.try_get("at")?, snapshot: snapshot(&row, "upper", "open")? })
        })
        .transpose()
    }

    /// The transactions that the later of two snapshots shows and the earlier one does not.
    ///
    /// # Errors
    /// When the server refuses or is gone.
    pub async fn members(
        &self,
        earlier: &Snapshot,
        later: &Snapshot,
    ) -> Result<Vec<TxId>, JournalError> {
        let sql = include_str!("../sql/tick/members.sql");
        let (from, to) = (numbers(&earlier.open), numbers(&later.open));
        let rows =
            self.client().query(sql, &[&earlier.upper.0, &from, &later.upper.0, &to]).await?;
        rows.iter().map(|row| Ok(TxId(row.try_get("tx")?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(upper: i64, open: &[i64]) -> Snapshot {
        Snapshot { upper: TxId(upper), open: open.iter().copied().map(TxId).collect() }
    }

    #[test]
    fn a_snapshot_contains_those_that_show_no_more() {
        let earlier = snapshot(10, &[4, 7]);
        assert!(earlier.contains(&earlier));
        assert!(snapshot(12, &[7, 11]).contains(&earlier));
        assert!(!snapshot(12, &[5]).contains(&earlier), "5 was shown before");
        assert!(!snapshot(9, &[]).contains(&earlier));
    }
}
