use pgrecall_access::{EntryFilter, Right};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::Problems;
use crate::caller::Caller;
use crate::input::Query;
use crate::problem::{Problem, Refusal};

/// How many entries an answer holds at most.
const MOST: i64 = 1_000;

/// Which entries.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// By this user.
    actor: Option<String>,
    /// Of this kind, such as `undo.apply`.
    action: Option<String>,
    /// Where to go on: `next` of the answer before.
    cursor: Option<i64>,
    /// How many, 1000 at most; 100 without it.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

/// Something that was done with pgRecall itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct Entry {
    /// Its number.
    id: i64,
    /// When.
    #[schema(format = "date-time")]
    at: String,
    /// Who.
    actor: Option<String>,
    /// `session`, `token` with its number, `command line` or `nobody`.
    via: String,
    /// What was done.
    action: String,
    /// `done`, `refused` or `failed`.
    outcome: String,
    /// In which target.
    target: Option<String>,
    /// To what.
    subject: Option<String>,
    /// What else there is to know.
    #[schema(value_type = Object)]
    details: Value,
    /// From where.
    ip: Option<String>,
    /// The request.
    request: Option<String>,
}

/// A part of the log.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryPage {
    /// The entries, newest first.
    entries: Vec<Entry>,
    /// What to give as `cursor` for more; null at the end.
    next: Option<i64>,
}

/// What was done with pgRecall itself
///
/// The newest first. For auditors and administrators of all targets.
#[utoipa::path(
    get, path = "/v1/audit", tag = "audit", params(Wanted),
    responses((status = 200, body = EntryPage, description = "The log"), Problems)
)]
pub(super) async fn list_audit(
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<axum::Json<EntryPage>, Problem> {
    caller.demand(Right::Audit).await?;
    let limit = wanted.limit.unwrap_or(100);
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::malformed("`limit` lies between 1 and 1000").into());
    }
    let Wanted { actor, action, cursor: before, .. } = wanted;
    let filter = EntryFilter { before, actor, action, limit };
    let found = caller.service().control.entries(&filter).await?;
    let next = super::next(&found, limit, |last| last.id);
    let entry = |entry: pgrecall_access::Entry| Entry {
        id: entry.id,
        at: entry.at.to_string(),
        actor: entry.actor,
        via: entry.via,
        action: entry.action,
        outcome: entry.outcome,
        target: entry.target,
        subject: entry.subject,
        details: entry.details,
        ip: entry.ip,
        request: entry.request,
    };
    Ok(axum::Json(EntryPage { entries: found.into_iter().map(entry).collect(), next }))
}
