//! From moments to the transactions that belong to them.
//!
//! What everybody saw at a tick is known. Between two ticks some transactions became visible; those
//! belong to a moment that were committed by then. Where nobody knows when that was, they count from
//! their last change on, and the answer is approximate.

use std::collections::BTreeMap;

use futures_util::future::{try_join, try_join3};
use jiff::{SignedDuration, Timestamp};
use pgrecall_journal::{Around, Committed, Earlier, Journal, JournalError, Snapshot, Tick};
use pgrecall_model::{TickId, TxId};

use crate::boundary::{Certainty, Cut};

/// How long after a tick it still tells something. Where ticks stopped long before the moment, too
/// many transactions became visible since to look at each.
const REACH: SignedDuration = SignedDuration::from_hours(1);

/// How many transactions between two ticks are looked at.
const MOST: i64 = 100_000;

/// The state at a recorded snapshot.
pub(crate) async fn of_tick(journal: &Journal, id: TickId) -> Result<Cut, JournalError> {
    let (tick, present) = try_join(journal.tick_numbered(id), journal.present()).await?;
    let snapshot = without_strangers(journal, tick.snapshot.clone(), &present.snapshot).await?;
    Ok(Cut { tick: Some(tick), ..cut(snapshot, Certainty::Exact) })
}

/// The state at a time of the server's clock.
pub(crate) async fn of_time(journal: &Journal, time: Timestamp) -> Result<Cut, JournalError> {
    let (present, around) = try_join(journal.present(), journal.ticks_around(time)).await?;
    let (later, later_at) = match around.later {
        Some(Tick { at, snapshot, .. }) => (snapshot, at),
        None => (present.snapshot.clone(), present.at),
    };
    // Transactions with higher numbers had changed nothing by then.
    let last = journal.last_transaction_until(time, later.upper).await?.unwrap_or(TxId(0));
    let later = below(later, last);
    let slack = later_at.duration_since(time);
    let refined = match around.earlier {
        Some(earlier) => refined(journal, &earlier, &later, time, slack).await?,
        None => None,
    };
    let (snapshot, certainty) = refined.unwrap_or((later, Certainty::ByNumber));
    let snapshot = without_strangers(journal, snapshot, &present.snapshot).await?;
    Ok(Cut { time: Some(time), ..cut(snapshot, certainty) })
}

/// The state just before or after a transaction, by the transactions' numbers.
pub(crate) async fn of_transaction(
    journal: &Journal,
    tx: TxId,
    included: bool,
) -> Result<Cut, JournalError> {
    let (_, around) =
        try_join(journal.transaction(tx), journal.ticks_around_transaction(tx)).await?;
    let last = if included { tx } else { TxId(tx.0 - 1) };
    let is_alone = stands_alone(journal, tx, around).await?;
    let certainty = if is_alone { Certainty::Exact } else { Certainty::ByNumber };
    Ok(cut(Snapshot::up_to(last), certainty))
}

fn cut(snapshot: Snapshot, certainty: Certainty) -> Cut {
    Cut { snapshot, time: None, tick: None, mark: None, certainty }
}

fn below(mut snapshot: Snapshot, last: TxId) -> Snapshot {
    snapshot.upper = snapshot.upper.min(TxId(last.0.saturating_add(1)));
    snapshot.open.retain(|open| *open < snapshot.upper);
    snapshot
}

/// What was visible at a time after a tick, if the tick is near enough to tell.
async fn refined(
    journal: &Journal,
    earlier: &Earlier,
    later: &Snapshot,
    time: Timestamp,
    slack: SignedDuration,
) -> Result<Option<(Snapshot, Certainty)>, JournalError> {
    let snapshot = &earlier.tick.snapshot;
    if time <= earlier.valid_until {
        return Ok(Some((snapshot.clone(), Certainty::Exact)));
    }
    if time.duration_since(earlier.valid_until) > REACH {
        return Ok(None);
    }
    let between = journal.committed_between(snapshot, later, earlier.is_here, MOST).await?;
    if i64::try_from(between.len()).is_ok_and(|count| count >= MOST) {
        return Ok(None);
    }
    Ok(Some(advanced(snapshot, later, &between, time, slack)))
}

/// A snapshot with those transactions that were committed by a time.
fn advanced(
    earlier: &Snapshot,
    later: &Snapshot,
    between: &[Committed],
    time: Timestamp,
    slack: SignedDuration,
) -> (Snapshot, Certainty) {
    let by_then = |one: &&Committed| one.at.or(one.last_change_at).is_some_and(|at| at <= time);
    let counted: BTreeMap<TxId, bool> =
        between.iter().filter(by_then).map(|one| (one.tx, one.at.is_some())).collect();
    let highest = counted.last_key_value().map_or(0, |(tx, _)| tx.0.saturating_add(1));
    let upper = earlier.upper.max(TxId(highest));
    let invisible = between.iter().map(|one| one.tx).chain(later.open.iter().copied());
    let mut open: Vec<TxId> = invisible
        .chain(earlier.open.iter().copied())
        .filter(|tx| *tx < upper && !counted.contains_key(tx))
        .filter(|tx| !earlier.shows(*tx))
        .collect();
    open.sort_unstable();
    open.dedup();
    let certainty = if counted.values().all(|is_known| *is_known) {
        Certainty::Exact
    } else {
        Certainty::Within(slack)
    };
    (Snapshot { upper, open }, certainty)
}

/// Leaves out the transactions that were open then and have nothing to do with the journal, so that
/// the server has less to compare. Those that are open still may change something yet.
pub(crate) async fn without_strangers(
    journal: &Journal,
    mut snapshot: Snapshot,
    present: &Snapshot,
) -> Result<Snapshot, JournalError> {
    let recorded = journal.recorded(&snapshot.open).await?;
    snapshot.open.retain(|tx| recorded.contains(tx) || !present.shows(*tx));
    Ok(snapshot)
}

/// Whether it is known that no transaction was committed out of the order of its number with this
/// one: then what goes by numbers is what everybody saw.
async fn stands_alone(journal: &Journal, tx: TxId, around: Around) -> Result<bool, JournalError> {
    let Some(earlier) = around.earlier else { return Ok(false) };
    let later = match around.later {
        Some(tick) => tick.snapshot,
        None => journal.present().await?.snapshot,
    };
    let before = &earlier.tick.snapshot;
    let up_to_it = Snapshot::up_to(tx);
    let lower: Vec<TxId> = later.open.iter().copied().filter(|open| *open < tx).collect();
    let (higher, lower, first) = try_join3(
        journal.committed_between(&up_to_it, before, false, 1),
        journal.recorded(&lower),
        journal.committed_between(before, &later, earlier.is_here, 2),
    )
    .await?;
    if !higher.is_empty() || !lower.is_empty() {
        return Ok(false);
    }
    // Two are enough to tell, unless it is known when both were committed.
    let is_told = first.len() < 2 || first.iter().any(|one| one.at.is_none());
    if is_told {
        return Ok(first.iter().all(|one| one.tx == tx));
    }
    let between = journal.committed_between(before, &later, earlier.is_here, MOST).await?;
    if i64::try_from(between.len()).is_ok_and(|count| count >= MOST) {
        return Ok(false);
    }
    let own = between.iter().find(|one| one.tx == tx).and_then(|one| one.at);
    let in_order = |one: &Committed| match (one.at, own) {
        (Some(at), Some(own)) if one.tx < tx => at < own,
        (Some(at), Some(own)) => at > own,
        _ => false,
    };
    Ok(between.iter().all(|one| one.tx == tx || in_order(one)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn snapshot(upper: i64, open: &[i64]) -> Snapshot {
        Snapshot { upper: TxId(upper), open: open.iter().copied().map(TxId).collect() }
    }

    fn known(tx: i64, at: i64) -> Committed {
        Committed { tx: TxId(tx), at: Some(time(at)), last_change_at: None }
    }

    fn guessed(tx: i64, at: i64) -> Committed {
        Committed { tx: TxId(tx), at: None, last_change_at: Some(time(at)) }
    }

    const SLACK: SignedDuration = SignedDuration::from_secs(1);

    #[test]
    fn a_transaction_counts_from_its_commit_on_whatever_its_number() {
        let (earlier, later) = (snapshot(10, &[7]), snapshot(16, &[12, 14]));
        let between = [known(7, 105), known(11, 108), known(13, 102), known(15, 109)];
        let at = |seconds| advanced(&earlier, &later, &between, time(seconds), SLACK);
        assert_eq!(at(101), (snapshot(10, &[7]), Certainty::Exact));
        assert_eq!(at(102), (snapshot(14, &[7, 11, 12]), Certainty::Exact));
        assert_eq!(at(106), (snapshot(14, &[11, 12]), Certainty::Exact));
        assert_eq!(at(109), (snapshot(16, &[12, 14]), Certainty::Exact));
    }

    #[test]
    fn without_a_commit_time_the_last_change_counts_and_the_answer_says_so() {
        let (earlier, later) = (snapshot(10, &[]), snapshot(13, &[]));
        let between = [guessed(10, 103), known(11, 104), guessed(12, 107)];
        let at = |seconds| advanced(&earlier, &later, &between, time(seconds), SLACK);
        // Whoever changed something later was committed later: that is certain.
        assert_eq!(at(102), (snapshot(10, &[]), Certainty::Exact));
        assert_eq!(at(105), (snapshot(12, &[]), Certainty::Within(SLACK)));
    }
}
