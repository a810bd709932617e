//! Connections to a target, by how far those who sit there may see.
//!
//! Who sees everything sits on a connection of the server's own user. Who sees one tenant sits on one
//! that has taken on the role which `pgrecall viewer grant` gave that tenant to: what it may see is
//! held by row-level security, and not by us.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use pgrecall_access::Reach;
use pgrecall_journal::Journal;
use pgrecall_model::Ident;
use pgrecall_postgres::{Conninfo, Database, ServerError, Template};
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use crate::config::{Limits, Target, TargetName};
use crate::problem::{Problem, Refusal};

/// What the server of the database shows as the name of our connections.
const APPLICATION: &str = "pgrecall serve";
/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long what a request has left running may take to end by itself.
const GRACE: Duration = Duration::from_millis(50);

/// The connections to a target.
#[derive(Debug)]
pub(crate) struct Seats {
    name: TargetName,
    conninfo: Conninfo,
    query: Option<Conninfo>,
    request_seconds: u64,
    query_seconds: u64,
    free: Arc<Semaphore>,
    /// Those that nobody sits on, the one that was left first in front.
    idle: std::sync::Mutex<VecDeque<(Reach, Place)>>,
}

/// A connection that outlives who sits on it.
type Place = Arc<Mutex<Journal>>;

/// A connection for the time of a request.
#[derive(Debug)]
pub(crate) struct Seat {
    journal: OwnedMutexGuard<Journal>,
    reach: Reach,
    home: Option<Arc<Seats>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Seats {
    pub(crate) fn new(name: TargetName, target: &Target, limits: &Limits) -> Self {
        Self {
            name,
            conninfo: target.conninfo.clone(),
            query: target.query.clone(),
            request_seconds: limits.request_seconds,
            query_seconds: limits.query_seconds,
            free: Arc::new(Semaphore::new(limits.connections)),
            idle: std::sync::Mutex::default(),
        }
    }

    /// A connection from which as much is seen as the reach says, and no more.
    pub(crate) async fn take(self: &Arc<Self>, reach: &Reach) -> Result<Seat, Problem> {
        let permit = self.permit().await?;
        while let Some(place) = self.idle(reach) {
            let journal = place.lock_owned().await;
            if !journal.client().is_closed() && Self::still_sees(&journal, reach).await? {
                return Ok(self.seat(journal, reach, permit));
            }
        }
        self.make_room();
        let journal = self.open(&self.conninfo, self.request_seconds).await?;
        if let Reach::Tenant(tenant) = reach {
            self.take_role(&journal, tenant).await?;
        }
        Ok(self.seat(alone(journal).await, reach, permit))
    }

    /// A connection of its own for work that takes long, and leaves things behind.
    pub(crate) async fn take_own(self: &Arc<Self>) -> Result<Seat, Problem> {
        let permit = self.permit().await?;
        let journal = self.open(&self.conninfo, 0).await?;
        Ok(Seat {
            journal: alone(journal).await,
            reach: Reach::Everything,
            home: None,
            permit: Some(permit),
        })
    }

    /// A connection of its own for somebody's SQL, which may only read.
    pub(crate) async fn take_for_query(self: &Arc<Self>) -> Result<Seat, Problem> {
        let permit = self.permit().await?;
        let conninfo = self.query.as_ref().unwrap_or(&self.conninfo);
        let journal = self.open(conninfo, self.query_seconds).await?;
        journal.database().batch(include_str!("../sql/read_only.sql")).await?;
        // Read-only transactions hold back writes, but not what a superuser may do besides.
        let row = journal.client().query_one(include_str!("../sql/is_mighty.sql"), &[]).await;
        let is_mighty: bool = row.and_then(|row| row.try_get("is_mighty")).map_err(server_error)?;
        if is_mighty {
            return Err(Refusal::QueryRights(self.name.to_string()).into());
        }
        Ok(Seat {
            journal: alone(journal).await,
            reach: Reach::Everything,
            home: None,
            permit: Some(permit),
        })
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let waiting = tokio::time::timeout(PATIENCE, Arc::clone(&self.free).acquire_owned());
        match waiting.await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Refusal::Busy.into()),
        }
    }

    fn idle(&self, reach: &Reach) -> Option<Place> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let at = idle.iter().rposition(|(known, _)| known == reach)?;
        idle.remove(at).map(|(_, place)| place)
    }

    /// Ends connections that nobody sits on, so that there are never more than there may be: tenants
    /// have connections of their own, and there may be many of them.
    fn make_room(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while idle.len() > self.free.available_permits() {
            idle.pop_front();
        }
    }

    fn seat(
        self: &Arc<Self>,
        journal: OwnedMutexGuard<Journal>,
        reach: &Reach,
        permit: OwnedSemaphorePermit,
    ) -> Seat {
        let home = Some(Arc::clone(self));
        Seat { journal, reach: reach.clone(), home, permit: Some(permit) }
    }

    async fn open(&self, conninfo: &Conninfo, seconds: u64) -> Result<Journal, Problem> {
        let database = Database::connect(conninfo, APPLICATION).await?;
        let milliseconds = i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX);
        let timeout = Template::new(include_str!("../sql/statement_timeout.sql"))
            .with("milliseconds", &milliseconds);
        database.batch(&timeout.sql()).await?;
        Ok(Journal::open(database).await?)
    }

    async fn take_role(&self, journal: &Journal, tenant: &str) -> Result<(), Problem> {
        let viewers = journal.viewers().await?;
        let role = viewers
            .into_iter()
            .find(|viewer| viewer.active && viewer.tenant == tenant && viewer.actor.is_none())
            .and_then(|viewer| Ident::new(viewer.role).ok())
            .ok_or_else(|| Refusal::NoSeat { target: self.name.to_string() })?;
        let set_role = Template::new(include_str!("../sql/set_role.sql")).with("role", &role);
        let taken = journal.database().batch(&set_role.sql()).await;
        taken.map_err(|_| Refusal::NoSeat { target: self.name.to_string() })?;
        Ok(())
    }

    /// A role may have been granted another tenant since it was taken on.
    async fn still_sees(journal: &Journal, reach: &Reach) -> Result<bool, Problem> {
        let Reach::Tenant(tenant) = reach else { return Ok(true) };
        let sql = include_str!("../sql/sees_tenant.sql");
        let row = journal.client().query_one(sql, &[tenant]).await.map_err(server_error)?;
        row.try_get("sees").map_err(server_error)
    }
}

/// Takes back what was left on a connection. What runs there is stopped: whoever asked has gone, and
/// the database would work on for nobody, and hold the connection back from those who wait for one.
async fn left_clean(database: &Database) -> Result<(), ServerError> {
    let rollback = database.batch("ROLLBACK");
    tokio::pin!(rollback);
    if let Ok(ended) = tokio::time::timeout(GRACE, &mut rollback).await {
        return ended;
    }
    database.canceller().cancel().await?;
    rollback.await?;
    // What was to be stopped may have ended just before: then this is what is stopped, and not what
    // the next one asks.
    database.batch("ROLLBACK").await
}

/// A connection on which nobody else sits.
async fn alone(journal: Journal) -> OwnedMutexGuard<Journal> {
    Arc::new(Mutex::new(journal)).lock_owned().await
}

pub(crate) fn server_error(error: tokio_postgres::Error) -> Problem {
    ServerError::from(error).into()
}

impl Seat {
    /// Names who does what is done on this seat.
    pub(crate) fn acting_as(mut self, actor: &str) -> Self {
        self.journal.set_actor(Some(actor.to_owned()));
        self
    }
}

impl Deref for Seat {
    type Target = Journal;

    fn deref(&self) -> &Journal {
        &self.journal
    }
}

impl DerefMut for Seat {
    fn deref_mut(&mut self) -> &mut Journal {
        &mut self.journal
    }
}

/// The connection goes back when what a request may have left on it has been taken back: one that
/// was given up midway can be in the middle of a transaction.
impl Drop for Seat {
    fn drop(&mut self) {
        let Some(home) = self.home.take() else { return };
        if self.journal.client().is_closed() || tokio::runtime::Handle::try_current().is_err() {
            return;
        }
        let place = Arc::clone(OwnedMutexGuard::mutex(&self.journal));
        let (reach, permit) = (self.reach.clone(), self.permit.take());
        tokio::spawn(async move {
            let journal = place.lock().await;
            let ended = left_clean(journal.database());
            let is_free = matches!(tokio::time::timeout(PATIENCE, ended).await, Ok(Ok(())));
            drop(journal);
            if is_free {
                let mut idle = home.idle.lock().unwrap_or_else(PoisonError::into_inner);
                idle.push_back((reach, place));
                // The place is free when the connection is counted as idle.
                drop(permit);
            }
        });
    }
}
