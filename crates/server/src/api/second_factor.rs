//! One's own second factor.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pgrecall_access::Proof;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problems;
use super::session::with_cookie;
use crate::caller::{Caller, csrf_token};
use crate::input::Json;
use crate::problem::Problem;

/// A second factor that the user has still to show.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewFactor {
    /// The secret, as people type it.
    secret: String,
    /// The same as a URI that devices read.
    uri: String,
}

/// Begin with a second factor
///
/// It counts when a code of it was confirmed. Needs a session.
#[utoipa::path(
    post, path = "/v1/me/second-factor", tag = "session",
    responses((status = 200, body = NewFactor, description = "The secret, told once"), Problems)
)]
pub(super) async fn begin_second_factor(caller: Caller) -> Result<axum::Json<NewFactor>, Problem> {
    caller.demand_session()?;
    let (user, name) = (caller.principal.user, &caller.principal.name);
    let new = caller.service().control.begin_second_factor(user, name).await?;
    caller.service().note(caller.deed("second_factor.begin", None, None)).await?;
    Ok(axum::Json(NewFactor { secret: new.secret, uri: new.uri }))
}

/// A code of the device.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Code {
    /// Six digits; where a second factor is there already, a recovery code will do.
    code: String,
}

/// A second factor that is asked for from now on.
#[derive(Serialize, ToSchema)]
pub(crate) struct Confirmed {
    /// Each counts once. They are told once.
    recovery_codes: Vec<String>,
    /// What to send as `X-CSRF-Token` from now on.
    csrf_token: String,
}

/// Confirm a second factor
///
/// From now on it is asked for. The session goes on with another cookie. Needs a session.
#[utoipa::path(
    post, path = "/v1/me/second-factor/confirm", tag = "session", request_body = Code,
    responses((status = 200, body = Confirmed, description = "Codes in its place, told once"), Problems)
)]
pub(super) async fn confirm_second_factor(
    caller: Caller,
    Json(shown): Json<Code>,
) -> Result<Response, Problem> {
    let own = caller.own()?;
    let deed = caller.deed("second_factor.confirm", None, Some(&caller.principal.name));
    let control = &caller.service().control;
    let (codes, session) = control.confirm_second_factor(own, &shown.code, &deed).await?;
    let csrf_token = csrf_token(&session.secret);
    let body = axum::Json(Confirmed { recovery_codes: codes.0, csrf_token });
    Ok(with_cookie(caller.service(), Some(&session.secret), body.into_response()))
}

/// Do without a second factor
///
/// The code is that of the second factor that goes. Needs a session.
#[utoipa::path(
    delete, path = "/v1/me/second-factor", tag = "session", request_body = Code,
    responses((status = 204, description = "None is asked for any more"), Problems)
)]
pub(super) async fn remove_second_factor(
    caller: Caller,
    Json(shown): Json<Code>,
) -> Result<StatusCode, Problem> {
    let own = caller.own()?;
    let deed = caller.deed("second_factor.remove", None, Some(&caller.principal.name));
    let proof = Proof::Code(shown.code);
    caller.service().control.remove_second_factor(own, &proof, &deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Recovery codes, which stand in for the device.
#[derive(Serialize, ToSchema)]
pub(crate) struct Codes {
    /// Each counts once. They are told once.
    recovery_codes: Vec<String>,
}

/// Have new recovery codes
///
/// The earlier ones are not good any more. Needs a session, and a code.
#[utoipa::path(
    post, path = "/v1/me/recovery-codes", tag = "session", request_body = Code,
    responses((status = 200, body = Codes, description = "The codes, told once"), Problems)
)]
pub(super) async fn renew_recovery_codes(
    caller: Caller,
    Json(shown): Json<Code>,
) -> Result<axum::Json<Codes>, Problem> {
    let own = caller.own()?;
    let deed = caller.deed("recovery_codes.renew", None, Some(&caller.principal.name));
    let proof = Proof::Code(shown.code);
    let codes = caller.service().control.renew_recovery_codes(own, &proof, &deed).await?;
    Ok(axum::Json(Codes { recovery_codes: codes.0 }))
}
