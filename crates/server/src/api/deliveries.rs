use axum::http::StatusCode;
use pgrecall_access::{DeliveryFilter, Right};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problems;
use crate::caller::Caller;
use crate::input::{Path, Query};
use crate::problem::{Problem, Refusal};

/// How many deliveries an answer holds at most.
const MOST: i64 = 1_000;
/// How far a delivery may have come.
const STATUS: [&str; 4] = ["waiting", "sending", "delivered", "dead"];

/// Which deliveries.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// `waiting`, `sending`, `delivered` or `dead`.
    status: Option<String>,
    /// Of this channel; `personal` for mail to users.
    channel: Option<String>,
    /// Where to go on: `next` of the answer before.
    cursor: Option<i64>,
    /// How many, 1000 at most; 100 without it.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

/// A message for somebody, and how far it has come.
#[derive(Serialize, ToSchema)]
pub(crate) struct Delivery {
    /// Its number.
    id: i64,
    /// What stands in the message as its id, the same at every attempt.
    message: String,
    /// The channel; `personal` for mail to a user.
    channel: String,
    /// The mail address; null where the channel has one receiver.
    recipient: Option<String>,
    /// `waiting`, `sending`, `delivered`, or `dead`: it was tried often enough.
    status: String,
    /// When it was made.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it came to an end.
    #[schema(format = "date-time")]
    finished_at: Option<String>,
    /// When it is tried next, while it waits.
    #[schema(format = "date-time")]
    due_at: Option<String>,
    /// The number of the notice.
    notice: i64,
    /// What it is about, such as `approval.asked`.
    topic: String,
    /// In which target.
    target: Option<String>,
    /// To what it happened.
    subject: Option<String>,
    /// What became of it so far.
    attempts: Vec<Attempt>,
}

/// What became of an attempt.
#[derive(Serialize, ToSchema)]
pub(crate) struct Attempt {
    /// When.
    #[schema(format = "date-time")]
    at: String,
    /// Whether it arrived.
    delivered: bool,
    /// The code of the HTTP or SMTP answer, if there was one.
    status: Option<i32>,
    /// What the other side said, or why it was not reached.
    answer: String,
}

/// A part of the deliveries.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeliveryPage {
    /// The deliveries, newest first.
    deliveries: Vec<Delivery>,
    /// What to give as `cursor` for more; null at the end.
    next: Option<i64>,
}

/// Whether messages arrived
///
/// The newest first. For administrators of all targets.
#[utoipa::path(
    get, path = "/v1/deliveries", tag = "notifications", params(Wanted),
    responses((status = 200, body = DeliveryPage, description = "Deliveries"), Problems)
)]
pub(super) async fn list_deliveries(
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<axum::Json<DeliveryPage>, Problem> {
    caller.demand(Right::Administer).await?;
    let limit = wanted.limit.unwrap_or(100);
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::malformed("`limit` lies between 1 and 1000").into());
    }
    if wanted.status.as_deref().is_some_and(|status| !STATUS.contains(&status)) {
        return Err(Refusal::malformed(format!("`status` is one of {}", STATUS.join(", "))).into());
    }
    let Wanted { status, channel, cursor: before, .. } = wanted;
    let filter = DeliveryFilter { before, status, channel, limit };
    let found = caller.service().control.deliveries(&filter).await?;
    let next = super::next(&found, limit, |last| last.id);
    Ok(axum::Json(DeliveryPage {
        deliveries: found.into_iter().map(Delivery::from).collect(),
        next,
    }))
}

/// Try a delivery again
///
/// From the start, and at once. One that waits or is dead; not one that has arrived or is on its way.
/// For administrators of all targets.
#[utoipa::path(
    post, path = "/v1/deliveries/{id}/retry", tag = "notifications",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 202, description = "It is on its way"), Problems)
)]
pub(super) async fn retry_delivery(
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<StatusCode, Problem> {
    caller.demand(Right::Administer).await?;
    caller.service().control.retry_delivery(id).await?;
    let subject = id.to_string();
    caller.service().note(caller.deed("delivery.retry", None, Some(&subject))).await?;
    Ok(StatusCode::ACCEPTED)
}

impl From<pgrecall_access::Delivery> for Delivery {
    fn from(delivery: pgrecall_access::Delivery) -> Self {
        let attempt = |attempt: pgrecall_access::Attempt| Attempt {
            at: attempt.at.to_string(),
            delivered: attempt.delivered,
            status: attempt.status,
            answer: attempt.answer,
        };
        Self {
            id: delivery.id,
            message: delivery.message,
            channel: delivery.channel,
            recipient: Some(delivery.recipient).filter(|recipient| !recipient.is_empty()),
            status: delivery.status,
            created_at: delivery.created_at.to_string(),
            finished_at: delivery.finished_at.map(|at| at.to_string()),
            due_at: delivery.due_at.map(|at| at.to_string()),
            notice: delivery.notice,
            topic: delivery.topic,
            target: delivery.target,
            subject: delivery.subject,
            attempts: delivery.attempts.into_iter().map(attempt).collect(),
        }
    }
}
