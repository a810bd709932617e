use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use pgrecall_access::Right;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Problems;
use crate::input::{Path, Query};
use crate::keeper;
use crate::live::{Follower, Position, follow};
use crate::problem::{Problem, Refusal};
use crate::service::Service;
use crate::visitor::Visitor;
use crate::wire::Change;

/// Which of the changes; all of what may be seen without it.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Changes of this table, with its schema.
    table: Option<String>,
    /// Changes by this actor.
    actor: Option<String>,
    /// Changes of this kind.
    op: Option<String>,
}

impl Wanted {
    pub(crate) fn fits(&self, change: &Change) -> bool {
        let fits = |wanted: &Option<String>, is: Option<&String>| {
            wanted.as_ref().is_none_or(|wanted| is == Some(wanted))
        };
        fits(&self.table, Some(&change.table))
            && fits(&self.actor, change.who.actor.as_ref())
            && fits(&self.op, Some(&change.op))
    }
}

/// Changes as they are committed
///
/// Server-sent events: `change` with a change, `tick` where everything up to a moment was told, `problem`
/// before it ends for a reason. With the header `Last-Event-ID` it goes on after that event: nothing is
/// missed, and nothing told twice, at whichever server. Changes come with the next tick, within about a
/// second.
#[utoipa::path(
    get, path = "/v1/targets/{target}/live", tag = "changes",
    params(
        ("target" = String, Path, description = "The target"),
        ("last-event-id" = Option<String>, Header, description = "The last event that was received"),
        Wanted,
    ),
    responses(
        (status = 200, body = String, content_type = "text/event-stream", description = "Events"),
        (status = 410, body = Problem, content_type = "application/problem+json",
         description = "The journal has no tick of that position any more"),
        Problems
    )
)]
pub(super) async fn follow_changes(
    State(service): State<Arc<Service>>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(target): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let position = position(&headers)?;
    let (desk, reach) = visitor.reach(Right::Read, &target).await?;
    let desk = Arc::clone(service.desk(desk.name.as_str())?);
    let place = Arc::clone(&service.subscribers).try_acquire_owned();
    let place = place.map_err(|_| Refusal::Busy)?;
    // A viewer without a role in the database is told so now, and not in the stream.
    let scope = visitor.view(Right::Read, &target).await?.into_scope();
    keeper::look(&desk).await?;
    if let Some(position) = position {
        check_position(&desk, position).await?;
    }
    let shown = visitor.shown();
    let follower = Follower { service, desk, reach, scope, wanted, shown, _place: place };
    Ok(Sse::new(follow(follower, position)).keep_alive(KeepAlive::default()))
}

fn position(headers: &HeaderMap) -> Result<Option<Position>, Refusal> {
    let Some(text) = headers.get("last-event-id") else { return Ok(None) };
    let text = text.to_str().unwrap_or_default();
    text.parse().map(Some).map_err(Refusal::Malformed)
}

async fn check_position(desk: &crate::service::Desk, position: Position) -> Result<(), Problem> {
    let seat = desk.seats.take(&pgrecall_access::Reach::Everything).await?;
    for tick in [Some(position.from), position.within.map(|within| within.to)] {
        if let Some(tick) = tick
            && seat.tick_numbered(tick).await.is_err()
        {
            return Err(Refusal::PositionGone.into());
        }
    }
    Ok(())
}
