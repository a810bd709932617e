use axum::http::StatusCode;
use pgrecall_access::Right;
use serde::Serialize;
use utoipa::ToSchema;

use super::Problems;
use crate::caller::Caller;
use crate::input::Path;
use crate::problem::{Problem, Refusal};

/// Where many are told at once.
#[derive(Serialize, ToSchema)]
pub(crate) struct Channel {
    /// Its name.
    name: String,
    /// `webhook`, `slack` or `mail`.
    kind: String,
    /// The host to which it sends; null for mail. The whole address is a secret.
    host: Option<String>,
    /// The addresses to which it sends mail.
    to: Vec<String>,
    /// What it is told; null for everything.
    topics: Option<Vec<String>>,
    /// Of which targets it is told; null for all, and for pgRecall itself.
    targets: Option<Vec<String>>,
}

/// The channels
///
/// They stand in the configuration. For administrators of all targets.
#[utoipa::path(
    get, path = "/v1/channels", tag = "notifications",
    responses((status = 200, body = Vec<Channel>, description = "The channels"), Problems)
)]
pub(super) async fn list_channels(caller: Caller) -> Result<axum::Json<Vec<Channel>>, Problem> {
    caller.demand(Right::Administer).await?;
    let channels = caller.service().config.notices.channels.iter();
    let shown = channels.map(|(name, channel)| Channel {
        name: name.clone(),
        kind: channel.receiver.kind().to_owned(),
        host: channel.receiver.host().map(str::to_owned),
        to: channel.receiver.to(),
        topics: channel.topics.as_ref().map(|all| all.iter().map(ToString::to_string).collect()),
        targets: channel.targets.as_ref().map(|all| all.iter().map(ToString::to_string).collect()),
    });
    Ok(axum::Json(shown.collect()))
}

/// Try a channel
///
/// A message of the topic `test` goes to this channel alone, on the way that all go. What becomes of it
/// is told by `GET /v1/deliveries`. For administrators of all targets.
#[utoipa::path(
    post, path = "/v1/channels/{name}/test", tag = "notifications",
    params(("name" = String, Path, description = "Its name")),
    responses((status = 202, description = "It is on its way"), Problems)
)]
pub(super) async fn test_channel(
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.demand(Right::Administer).await?;
    let service = caller.service();
    if !service.config.notices.channels.contains_key(&name) {
        return Err(Refusal::UnknownChannel(name).into());
    }
    // The notice is made of the deed.
    service.note(caller.deed("channel.test", None, Some(&name))).await?;
    Ok(StatusCode::ACCEPTED)
}
