use std::collections::BTreeMap;

use axum::http::StatusCode;
use pgrecall_access::Topic;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Problems;
use crate::caller::Caller;
use crate::input::Json;
use crate::problem::{Problem, Refusal};

/// What one is told.
#[derive(Serialize, ToSchema)]
pub(crate) struct Notifications {
    /// The mail address; null where an administrator has given none, so that nothing can be told.
    mail: Option<String>,
    /// Whether this server sends mail at all.
    mail_is_sent: bool,
    /// Of what.
    topics: Vec<TopicChoice>,
}

/// Whether one is told of something.
#[derive(Serialize, ToSchema)]
pub(crate) struct TopicChoice {
    /// Of what, such as `approval.asked`.
    topic: String,
    /// `true` for all of it that one may know, `false` for nothing, null where it is as by default.
    wanted: Option<bool>,
    /// Whether one is told by default: what one's role is told, or what concerns oneself.
    by_default: bool,
    /// Whether there is anything that one may know.
    available: bool,
}

/// What one wants to be told.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Wishes {
    /// By topic: `true` for all of it that one may know, `false` for nothing. What is not named is as
    /// by default.
    topics: BTreeMap<String, bool>,
}

/// What one is told
///
/// By mail. What one may not know by one's roles is not told, whatever one wishes.
#[utoipa::path(
    get, path = "/v1/me/notifications", tag = "notifications",
    responses((status = 200, body = Notifications, description = "What one is told"), Problems)
)]
pub(super) async fn get_notifications(
    caller: Caller,
) -> Result<axum::Json<Notifications>, Problem> {
    let service = caller.service();
    let found = service.control.subscriptions(caller.principal.user).await?;
    let topics = found.topics.into_iter().map(|choice| TopicChoice {
        topic: choice.topic.to_string(),
        wanted: choice.wanted,
        by_default: choice.by_default,
        available: choice.available,
    });
    Ok(axum::Json(Notifications {
        mail: found.mail,
        mail_is_sent: service.config.notices.mail.is_some(),
        topics: topics.collect(),
    }))
}

/// Choose what one is told
///
/// All wishes at once. The mail address is given by an administrator, on the command line. Needs a
/// session.
#[utoipa::path(
    put, path = "/v1/me/notifications", tag = "notifications", request_body = Wishes,
    responses((status = 204, description = "It is so from now on"), Problems)
)]
pub(super) async fn set_notifications(
    caller: Caller,
    Json(wishes): Json<Wishes>,
) -> Result<StatusCode, Problem> {
    caller.demand_session()?;
    let mut topics = Vec::new();
    for (word, wanted) in wishes.topics {
        match word.parse() {
            Ok(topic) if topic != Topic::Test => topics.push((topic, wanted)),
            _ => return Err(Refusal::malformed(pgrecall_access::UnknownTopic(word)).into()),
        }
    }
    caller.service().control.subscribe(caller.principal.user, &topics).await?;
    let mut deed = caller.deed("notifications.choose", None, None);
    let chosen = topics.iter().map(|(topic, wanted)| (topic.to_string(), Value::from(*wanted)));
    deed.details = chosen.collect();
    caller.service().note(deed).await?;
    Ok(StatusCode::NO_CONTENT)
}
