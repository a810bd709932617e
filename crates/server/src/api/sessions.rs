//! Where users are signed in: one's own sessions, and those of others for administrators.

use axum::http::StatusCode;
use pgrecall_access::{Ended, Right, SessionRow};
use serde::Serialize;
use utoipa::ToSchema;

use super::Problems;
use crate::caller::Caller;
use crate::input::Path;
use crate::problem::Problem;

/// Somewhere where a user is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    /// Its number.
    id: i64,
    /// Since when.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it was last used.
    #[schema(format = "date-time")]
    last_used_at: String,
    /// When it is over, however much it is used.
    #[schema(format = "date-time")]
    expires_at: String,
    /// From where.
    ip: Option<String>,
    /// With which browser.
    user_agent: Option<String>,
    /// Whether a second factor was shown.
    second_factor: bool,
    /// Whether it is the one that asks.
    current: bool,
}

impl From<SessionRow> for Session {
    fn from(session: SessionRow) -> Self {
        Self {
            id: session.id,
            created_at: session.created_at.to_string(),
            last_used_at: session.last_used_at.to_string(),
            expires_at: session.expires_at.to_string(),
            ip: session.ip,
            user_agent: session.user_agent,
            second_factor: session.second_factor,
            current: session.current,
        }
    }
}

/// Where one is signed in, the latest first
#[utoipa::path(
    get, path = "/v1/me/sessions", tag = "session",
    responses((status = 200, body = Vec<Session>, description = "The sessions"), Problems)
)]
pub(super) async fn list_my_sessions(caller: Caller) -> Result<axum::Json<Vec<Session>>, Problem> {
    caller.demand_session()?;
    let (control, name) = (&caller.service().control, &caller.principal.name);
    let sessions = control.sessions(name, caller.session.as_ref()).await?;
    Ok(axum::Json(sessions.into_iter().map(Session::from).collect()))
}

/// End a session of one's own
#[utoipa::path(
    delete, path = "/v1/me/sessions/{id}", tag = "session",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 204, description = "It is over"), Problems)
)]
pub(super) async fn end_my_session(
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<StatusCode, Problem> {
    caller.demand_session()?;
    end(&caller, &caller.principal.name, Ended::One(id)).await
}

/// Where a user is signed in, the latest first
///
/// For administrators.
#[utoipa::path(
    get, path = "/v1/users/{name}/sessions", tag = "users",
    params(("name" = String, Path, description = "The name")),
    responses((status = 200, body = Vec<Session>, description = "The sessions"), Problems)
)]
pub(super) async fn list_user_sessions(
    caller: Caller,
    Path(name): Path<String>,
) -> Result<axum::Json<Vec<Session>>, Problem> {
    caller.demand(Right::Administer).await?;
    let control = &caller.service().control;
    let user = control.user(&name).await?;
    let sessions = control.sessions(&user.name, caller.session.as_ref()).await?;
    Ok(axum::Json(sessions.into_iter().map(Session::from).collect()))
}

/// Sign a user out everywhere
///
/// For administrators.
#[utoipa::path(
    delete, path = "/v1/users/{name}/sessions", tag = "users",
    params(("name" = String, Path, description = "The name")),
    responses((status = 204, description = "All of its sessions are over"), Problems)
)]
pub(super) async fn end_user_sessions(
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.demand(Right::Administer).await?;
    end(&caller, &name, Ended::All).await
}

/// End a session of a user
///
/// For administrators.
#[utoipa::path(
    delete, path = "/v1/users/{name}/sessions/{id}", tag = "users",
    params(
        ("name" = String, Path, description = "The name"),
        ("id" = i64, Path, description = "Its number"),
    ),
    responses((status = 204, description = "It is over"), Problems)
)]
pub(super) async fn end_user_session(
    caller: Caller,
    Path((name, id)): Path<(String, i64)>,
) -> Result<StatusCode, Problem> {
    caller.demand(Right::Administer).await?;
    end(&caller, &name, Ended::One(id)).await
}

async fn end(caller: &Caller, user: &str, which: Ended<'_>) -> Result<StatusCode, Problem> {
    let deed = caller.deed("session.end", None, Some(user));
    caller.service().control.end_sessions(user, which, &deed).await?;
    Ok(StatusCode::NO_CONTENT)
}
