use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use pgrecall_access::Reach;
use pgrecall_journal::{Filter, JournalError, Snapshot, Tick, Undone};
use pgrecall_model::TickId;
use tokio::sync::{OnceCell, watch};

use super::position::{Position, Within};
use crate::problem::{Problem, Refusal};
use crate::service::Desk;
use crate::wire::Change;

/// How many changes are read at once.
const PAGE: usize = 500;
/// How many pages are kept for those who come by a little later.
const KEPT: usize = 32;

/// The changes of a target, page by page, each read once for all who may see the same.
#[derive(Debug)]
pub(crate) struct Feed {
    newest: watch::Sender<Option<Arc<Tick>>>,
    pages: Mutex<VecDeque<(PageKey, Shared)>>,
}

type Shared = Arc<OnceCell<Arc<Page>>>;

/// What makes a page what it is: who may see it, where it begins, and the tick it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PageKey {
    reach: Reach,
    position: Position,
    to: TickId,
}

/// Changes in their order, each with the position after it.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) changes: Vec<(Position, Change)>,
    /// Where to go on; none where the tick it would lead to does not show all that was told.
    pub(crate) next: Option<Position>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { newest: watch::Sender::new(None), pages: Mutex::default() }
    }
}

impl Feed {
    /// Tells of the newest tick as it changes.
    pub(crate) fn newest(&self) -> watch::Receiver<Option<Arc<Tick>>> {
        self.newest.subscribe()
    }

    /// Whether anybody follows.
    pub(crate) fn is_followed(&self) -> bool {
        self.newest.receiver_count() > 0
    }

    /// Takes in a tick. One whose snapshot does not show all that the last one showed was only
    /// written down late, and is passed over.
    pub(crate) fn advance(&self, tick: Tick) {
        self.newest.send_if_modified(|newest| {
            let is_later = newest
                .as_ref()
                .is_none_or(|last| tick.id > last.id && tick.snapshot.contains(&last.snapshot));
            if is_later {
                *newest = Some(Arc::new(tick));
            }
            is_later
        });
    }

    /// The next page from a position on, up to a tick.
    pub(crate) async fn page(
        &self,
        desk: &Desk,
        reach: &Reach,
        (position, newest): (Position, &Tick),
    ) -> Result<Arc<Page>, Problem> {
        let to = position.within.map_or(newest.id, |within| within.to);
        let key = PageKey { reach: reach.clone(), position, to };
        let shared = self.shared(&key);
        let page = shared.get_or_try_init(|| async { Ok(Arc::new(read(desk, &key).await?)) }).await;
        page.map(Arc::clone)
    }

    fn shared(&self, key: &PageKey) -> Shared {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, shared)) = pages.iter().find(|(known, _)| known == key) {
            return Arc::clone(shared);
        }
        if pages.len() >= KEPT {
            pages.pop_front();
        }
        let shared = Shared::default();
        pages.push_back((key.clone(), Arc::clone(&shared)));
        shared
    }
}

/// Which transactions became visible is found out on a seat that sees everything; what they changed
/// is read on one that sees what may be seen.
async fn read(desk: &Desk, key: &PageKey) -> Result<Page, Problem> {
    let everything = desk.seats.take(&Reach::Everything).await?;
    let from = snapshot(&everything, key.position.from).await?;
    let to = snapshot(&everything, key.to).await?;
    if !to.contains(&from) {
        return Ok(Page::default());
    }
    let members = everything.members(&from, &to).await?;
    let end = Position::at(key.to);
    if members.is_empty() {
        return Ok(Page { changes: Vec::new(), next: Some(end) });
    }
    let seat = match &key.reach {
        Reach::Everything => everything,
        reach @ Reach::Tenant(_) => {
            drop(everything);
            desk.seats.take(reach).await?
        }
    };
    let changes = seat.changes().await?;
    let filter = Filter {
        transactions: Some(members),
        beyond: key.position.within.map(|within| (within.tx, within.change)),
        oldest_first: true,
        limit: i64::try_from(PAGE).ok(),
        ..Filter::default()
    };
    let found = changes.read(&seat, &filter).await?;
    let placed = found.iter().map(|change| {
        let within = Within { to: key.to, tx: change.tx, change: change.id };
        let position = Position { from: key.position.from, within: Some(within) };
        (position, Change::new(change, &Undone::default()))
    });
    let changes: Vec<_> = placed.collect();
    let next = match changes.last() {
        Some((last, _)) if changes.len() == PAGE => *last,
        _ => end,
    };
    Ok(Page { changes, next: Some(next) })
}

async fn snapshot(journal: &pgrecall_journal::Journal, tick: TickId) -> Result<Snapshot, Problem> {
    match journal.tick_numbered(tick).await {
        Ok(tick) => Ok(tick.snapshot),
        Err(JournalError::UnknownTick(_)) => Err(Refusal::PositionGone.into()),
        Err(error) => Err(error.into()),
    }
}
