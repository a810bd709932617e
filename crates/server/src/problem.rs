//! Errors at the edge: problem details as RFC 9457 has them, with our codes and hints.

use std::any::Any;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pgrecall_access::AccessError;
use pgrecall_journal::JournalError;
use pgrecall_model::Explain;
use pgrecall_postgres::ServerError;
use pgrecall_timetravel::TimeTravelError;
use pgrecall_undo::UndoError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Conflict;

/// Why a request was not done (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// A stable name of the kind of failure, as a relative URI: `/docs#undo/conflict`.
    #[serde(rename = "type")]
    kind: String,
    /// What is wrong, in short.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What lies behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The stable code of the kind of failure, such as `undo/conflict`.
    code: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// What stands in the way of an undo.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conflicts: Vec<Conflict>,
}

/// What goes wrong on this side.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    SignedOut,
    /// The user may not do it.
    #[error("the user may not do this here")]
    Forbidden,
    /// The address is not on a list of those from which one may ask.
    #[error("this may not be asked from here")]
    Place,
    /// The page of another site sent the request.
    #[error("the request does not show that it comes from a page of ours")]
    Csrf,
    /// Too many requests.
    #[error("there were too many requests in a short time")]
    TooMany,
    /// Nothing is there.
    #[error("there is no such thing")]
    NotFound,
    /// Something is there, but not to be asked in this way.
    #[error("this cannot be done with it")]
    WrongMethod,
    /// A target is named that is not there, or that the user does not know.
    #[error("there is no target `{}`", .0.escape_debug())]
    UnknownTarget(String),
    /// The request makes no sense.
    #[error("{0}")]
    Malformed(String),
    /// No database role reads what the user may see.
    #[error("no database role of target {target} reads the tenant of this user")]
    NoSeat {
        /// The target.
        target: String,
    },
    /// Queries would run with too many rights.
    #[error("target {0} has no user for queries that may only read")]
    QueryRights(String),
    /// The body is too long.
    #[error("the body of the request is longer than it may be")]
    TooLarge,
    /// It took too long.
    #[error("the request took longer than it may")]
    TimeOut,
    /// All connections are busy, or all places of subscribers are taken.
    #[error("the server is too busy")]
    Busy,
    /// A live position that the journal does not have any more.
    #[error("the journal has no tick of that position any more")]
    PositionGone,
    /// The plan is another one now.
    #[error(
        "the plan would be another one now: rows or the journal have changed since it was made"
    )]
    OtherPlan,
    /// Only a person may do it, who is signed in.
    #[error("a token may not do this")]
    NotByToken,
    /// The target does not let anybody do without an approval.
    #[error("plans of this target are never applied without the approval that they need")]
    NoBreakGlass,
    /// A channel is named that is not there.
    #[error("there is no channel `{}`", .0.escape_debug())]
    UnknownChannel(String),
    /// A viewer token opens some tables, or one record.
    #[error("the viewer token does not open this")]
    BeyondToken,
    /// A viewer token must name a tenant.
    #[error("viewer tokens of this target need a tenant")]
    TenantNeeded,
    /// The idempotency key was used for something else.
    #[error("the plan was applied with another idempotency key")]
    OtherKey,
}

impl Refusal {
    pub(crate) fn malformed(what: impl std::fmt::Display) -> Self {
        Self::Malformed(what.to_string())
    }
}

impl Explain for Refusal {
    fn code(&self) -> pgrecall_model::Code {
        match self {
            Self::SignedOut => "api/signed-out",
            Self::Forbidden => "api/forbidden",
            Self::Place => "api/place",
            Self::Csrf => "api/csrf",
            Self::TooMany => "api/too-many",
            Self::NotFound => "api/not-found",
            Self::WrongMethod => "api/wrong-method",
            Self::UnknownTarget(_) => "api/unknown-target",
            Self::Malformed(_) => "api/malformed",
            Self::NoSeat { .. } => "api/no-seat",
            Self::QueryRights(_) => "api/query-rights",
            Self::TooLarge => "api/too-large",
            Self::TimeOut => "api/time-out",
            Self::Busy => "api/busy",
            Self::PositionGone => "live/position-gone",
            Self::OtherPlan => "undo/other-plan",
            Self::NotByToken => "api/not-by-token",
            Self::NoBreakGlass => "plan/no-break-glass",
            Self::UnknownChannel(_) => "channel/unknown",
            Self::OtherKey => "plan/other-key",
            Self::BeyondToken => "viewer/beyond-token",
            Self::TenantNeeded => "viewer/tenant-needed",
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::SignedOut => {
                "sign in with `POST /v1/session`, or send `Authorization: Bearer TOKEN`"
            }
            Self::Forbidden => "ask an administrator for a role that may; `GET /v1/me` shows yours",
            Self::Place => {
                "ask from a network that is allowed, or have an administrator allow yours"
            }
            Self::Csrf => "send the header `X-CSRF-Token` with what `GET /v1/me` gives",
            Self::TooMany => "wait for a minute",
            Self::NotFound => "see `/docs` for what there is",
            Self::WrongMethod => "see `/docs` for what can, or the header `Allow`",
            Self::UnknownTarget(_) => "list those that you may see with `GET /v1/targets`",
            Self::NoSeat { .. } => {
                "have an administrator make one: `CREATE ROLE …; GRANT … TO` the server's user, then \
                 `pgrecall viewer grant ROLE --tenant NAME`"
            }
            Self::QueryRights(_) => {
                "have an administrator set `query_url` of the target, with a user that is no superuser"
            }
            Self::TooLarge | Self::TimeOut => "ask for less, or have the limit raised",
            Self::Busy => "try again in a moment",
            Self::PositionGone => "read what you missed with `…/changes?since=…`, then follow anew",
            Self::OtherPlan => "nothing was changed; make the plan again and look at it",
            Self::NotByToken => "sign in with `POST /v1/session`",
            Self::NoBreakGlass => {
                "ask for the approval; an administrator can set `undo.break_glass = true` for the target"
            }
            Self::UnknownChannel(_) => "list them with `GET /v1/channels`",
            Self::BeyondToken => "have a token minted that names this table or record",
            Self::TenantNeeded => {
                "name the `tenant`, or set `viewers.without_tenant = true` for a target without tenants"
            }
            Self::OtherKey => "look at the plan to see what became of it",
            Self::Malformed(_) => return None,
        };
        Some(hint.to_owned())
    }
}

impl Problem {
    fn of(error: &(dyn Explain + 'static), asked_wrong: bool, conflicts: Vec<Conflict>) -> Self {
        let causes: Vec<String> = std::iter::successors(error.source(), |&cause| cause.source())
            .map(ToString::to_string)
            .collect();
        let code = error.code();
        let status = match status(code) {
            StatusCode::INTERNAL_SERVER_ERROR if asked_wrong => StatusCode::BAD_REQUEST,
            status => status,
        };
        if status.is_server_error() {
            tracing::error!(code, error = %error, because = %causes.join(": "), "request failed");
        }
        Self {
            kind: format!("/docs#{code}"),
            title: error.to_string(),
            status: status.as_u16(),
            detail: (!causes.is_empty()).then(|| causes.join(": ")),
            code: code.to_owned(),
            hint: error.hint(),
            conflicts,
        }
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The stable code.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// Whether a plan cannot be applied because of what changed since it was made.
    pub(crate) fn is_outdated_plan(&self) -> bool {
        let changed = ["undo/other-plan", "undo/not-as-planned", "undo/conflict", "undo/already"];
        changed.contains(&self.code())
    }

    /// Whether nobody knows what became of what was asked for.
    pub(crate) fn is_unanswered(&self) -> bool {
        self.code == "server/disconnected"
    }

    /// What is wrong, in short.
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl<E: Explain + 'static> From<E> for Problem {
    fn from(error: E) -> Self {
        let any: &dyn Any = &error;
        let conflicts = match any.downcast_ref::<UndoError>() {
            Some(UndoError::Conflicts(conflicts)) => conflicts.iter().map(Conflict::from).collect(),
            _ => Vec::new(),
        };
        Self::of(&error, is_asked_wrong(any), conflicts)
    }
}

/// Whether the database refused for what was asked: a text that no text may be, a number out of range,
/// SQL of the user's that it does not understand.
fn is_asked_wrong(error: &dyn Any) -> bool {
    if let Some(TimeTravelError::Refused(refusal)) = error.downcast_ref() {
        return !refusal.is_disconnected();
    }
    refusal(error).is_some_and(ServerError::is_data_exception)
}

/// What a database said, whichever crate passed it on.
fn refusal(error: &dyn Any) -> Option<&ServerError> {
    let of_time_travel = || match error.downcast_ref()? {
        TimeTravelError::Journal(error) => Some(error),
        _ => None,
    };
    let of_undo = || match error.downcast_ref()? {
        UndoError::Journal(error) => Some(error),
        _ => None,
    };
    let of_access = || match error.downcast_ref()? {
        AccessError::Server(error) => Some(error),
        _ => None,
    };
    match error.downcast_ref().or_else(of_time_travel).or_else(of_undo) {
        Some(JournalError::Server(error)) => Some(error),
        Some(_) => None,
        None => error.downcast_ref().or_else(of_access),
    }
}

/// The HTTP status of a kind of failure.
fn status(code: &str) -> StatusCode {
    match code {
        "api/signed-out" => StatusCode::UNAUTHORIZED,
        "api/forbidden"
        | "api/csrf"
        | "api/place"
        | "server/forbidden"
        | "undo/forbidden"
        | "undo/triggers"
        | "api/not-by-token"
        | "plan/needs-approval"
        | "plan/no-break-glass"
        | "api/query-rights"
        | "api/no-seat"
        | "viewer/beyond-token"
        | "viewer/tenant-needed" => StatusCode::FORBIDDEN,
        "api/not-found"
        | "api/unknown-target"
        | "journal/not-tracked"
        | "journal/unknown-table"
        | "journal/unknown-transaction"
        | "journal/unknown-change"
        | "journal/unknown-tick"
        | "journal/unknown-mark"
        | "blame/no-record"
        | "plan/unknown"
        | "channel/unknown"
        | "delivery/unknown" => StatusCode::NOT_FOUND,
        "undo/conflict"
        | "undo/not-as-planned"
        | "undo/other-plan"
        | "undo/already"
        | "plan/not-ready"
        | "plan/other-key"
        | "journal/mark-taken"
        | "delivery/not-dead" => StatusCode::CONFLICT,
        "api/wrong-method" => StatusCode::METHOD_NOT_ALLOWED,
        "api/too-large" => StatusCode::PAYLOAD_TOO_LARGE,
        "live/position-gone" => StatusCode::GONE,
        "api/too-many" => StatusCode::TOO_MANY_REQUESTS,
        "api/time-out" | "server/cancelled" => StatusCode::GATEWAY_TIMEOUT,
        "api/busy"
        | "server/disconnected"
        | "server/locked"
        | "journal/not-installed"
        | "journal/outdated" => StatusCode::SERVICE_UNAVAILABLE,
        code if code.starts_with("connect/") => StatusCode::SERVICE_UNAVAILABLE,
        code if code.starts_with("at/") || code.starts_with("moment/") => StatusCode::BAD_REQUEST,
        code if code.starts_with("query/") || code.starts_with("undo/") => StatusCode::BAD_REQUEST,
        "api/malformed"
        | "journal/key"
        | "journal/unknown-column"
        | "journal/ambiguous-table"
        | "journal/partition"
        | "journal/mark-pattern"
        | "journal/key-gone" => StatusCode::BAD_REQUEST,
        code if code.starts_with("access/") || code.starts_with("openid/") => {
            status_of_sign_in(code)
        }
        code => status_of_approval(code),
    }
}

fn status_of_sign_in(code: &str) -> StatusCode {
    match code {
        "access/refused" | "access/code-needed" | "openid/answer" => StatusCode::UNAUTHORIZED,
        "openid/domain"
        | "openid/refused"
        | "access/unknown-identity"
        | "access/no-role"
        | "access/no-second-factor"
        | "access/second-factor-needed"
        | "access/locked-out" => StatusCode::FORBIDDEN,
        "access/unknown-token"
        | "access/unknown-user"
        | "access/unknown-session"
        | "access/unknown-search"
        | "access/unknown-key"
        | "access/no-invitation" => StatusCode::NOT_FOUND,
        "access/user-taken"
        | "access/last-administrator"
        | "access/identity-taken"
        | "access/search-taken"
        | "access/key-taken"
        | "access/key-name-taken"
        | "access/no-key-site"
        | "access/no-device"
        | "access/nothing-to-confirm" => StatusCode::CONFLICT,
        "access/changed-meanwhile" => StatusCode::PRECONDITION_FAILED,
        "access/unreachable" | "openid/unreachable" => StatusCode::SERVICE_UNAVAILABLE,
        "access/password"
        | "access/user-name"
        | "access/mail"
        | "access/wrong-code"
        | "access/wrong-key"
        | "access/no-challenge"
        | "access/key-name"
        | "access/no-attempt"
        | "access/wrong-password" => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn status_of_approval(code: &str) -> StatusCode {
    match code {
        "approval/own" | "approval/not-requester" | "review/own" | "review/overdue" => {
            StatusCode::FORBIDDEN
        }
        "approval/unknown" | "review/unknown" => StatusCode::NOT_FOUND,
        code if code.starts_with("approval/") || code.starts_with("review/") => {
            StatusCode::CONFLICT
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status(), axum::Json(&self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}
