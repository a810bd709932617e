use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::Event;
use futures_util::{Stream, stream};
use pgrecall_access::{Reach, Right};
use pgrecall_journal::Tick;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::position::Position;
use crate::api::live::Wanted;
use crate::problem::{Problem, Refusal};
use crate::service::{Desk, Service};
use crate::view::Scope;
use crate::visitor::Shown;
use crate::wire::Change;

/// After how many seconds it is asked again whether the follower may still see what it sees.
const TRUST: Duration = Duration::from_secs(30);
/// How long a client waits before it comes back.
const RETRY: Duration = Duration::from_secs(1);

/// Somebody who follows a target.
pub(crate) struct Follower {
    pub(crate) service: Arc<Service>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) reach: Reach,
    pub(crate) scope: Scope,
    pub(crate) wanted: Wanted,
    /// Tells anew who is behind the request.
    pub(crate) shown: Shown,
    pub(crate) _place: OwnedSemaphorePermit,
}

struct State {
    follower: Follower,
    newest: watch::Receiver<Option<Arc<Tick>>>,
    position: Option<Position>,
    ready: VecDeque<Event>,
    trusted_at: tokio::time::Instant,
    over: bool,
}

/// The events from a position on, or from now on; it ends with the server, and with the right to see
/// them.
pub(crate) fn follow(
    follower: Follower,
    position: Option<Position>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let newest = follower.desk.feed.newest();
    let ready = VecDeque::from([Event::default().retry(RETRY).comment("following")]);
    let trusted_at = tokio::time::Instant::now();
    let state = State { follower, newest, position, ready, trusted_at, over: false };
    stream::unfold(state, |mut state| async move {
        while state.ready.is_empty() {
            if state.over {
                return None;
            }
            if let Err(problem) = state.advance().await {
                state.over = true;
                let told = Event::default().event("problem").json_data(&problem);
                state.ready.extend(told.ok());
            }
        }
        state.ready.pop_front().map(|event| (Ok(event), state))
    })
}

impl State {
    /// Goes on to the next page, waiting for it if need be.
    async fn advance(&mut self) -> Result<(), Problem> {
        let newest = self.wait().await?;
        let Some(newest) = newest else {
            self.over = true;
            return Ok(());
        };
        let Some(position) = self.position else {
            self.arrive(Position::at(newest.id), newest.at);
            return Ok(());
        };
        self.check_trust().await?;
        let Follower { desk, reach, scope, wanted, .. } = &self.follower;
        let page = desk.feed.page(desk, reach, (position, &newest)).await?;
        let is_told = |change: &Change| scope.shows(change) && wanted.fits(change);
        let fitting = page.changes.iter().filter(|(_, change)| is_told(change));
        self.ready.extend(fitting.filter_map(|(position, change)| event(position, change)));
        let Some(next) = page.next else {
            self.newest.changed().await.unwrap_or_else(|_| self.over = true);
            return Ok(());
        };
        if next.within.is_none() {
            self.arrive(next, newest.at);
        } else {
            self.position = Some(next);
        }
        Ok(())
    }

    /// At a tick; told, so that a client can come back to it even if nothing was for it.
    fn arrive(&mut self, position: Position, at: jiff::Timestamp) {
        self.position = Some(position);
        let data = serde_json::json!({ "tick": position.from, "at": at.to_string() });
        let told = Event::default().event("tick").id(position.to_string()).json_data(data);
        self.ready.extend(told.ok());
    }

    /// Waits until there is something beyond the position; none when the server stops.
    async fn wait(&mut self) -> Result<Option<Arc<Tick>>, Problem> {
        let position = self.position;
        let is_beyond = |newest: &Option<Arc<Tick>>| {
            newest.as_ref().is_some_and(|newest| {
                position
                    .is_none_or(|position| position.within.is_some() || newest.id > position.from)
            })
        };
        let mut stopping = self.follower.service.stopping.clone();
        tokio::select! {
            newest = self.newest.wait_for(is_beyond) => match newest {
                Ok(newest) => Ok(newest.clone()),
                Err(_) => Ok(None),
            },
            _ = stopping.wait_for(|stopping| *stopping) => Ok(None),
        }
    }

    /// Who was disabled, signed out or lost the role sees nothing any more.
    async fn check_trust(&mut self) -> Result<(), Problem> {
        if self.trusted_at.elapsed() < TRUST {
            return Ok(());
        }
        let Follower { service, desk, shown, .. } = &self.follower;
        let reach = shown.reach(service, Right::Read, desk.name.as_str()).await?;
        if reach.as_ref() != Some(&self.follower.reach) {
            return Err(Refusal::SignedOut.into());
        }
        self.trusted_at = tokio::time::Instant::now();
        Ok(())
    }
}

fn event(position: &Position, change: &Change) -> Option<Event> {
    Event::default().event("change").id(position.to_string()).json_data(change).ok()
}
