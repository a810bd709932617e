use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pgrecall_access::{AccessError, Credentials, NewSession, Outcome, Proof, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problems;
use super::second_factor::{Challenge, SecondFactor};
use crate::caller::{Caller, Origin, cookie as cookie_shown, cookie_name, csrf_token};
use crate::input::Json;
use crate::problem::Problem;
use crate::service::Service;

/// What somebody shows to come in.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SignIn {
    /// The name.
    name: String,
    /// The password.
    #[schema(format = "password")]
    password: String,
    /// A code of the second factor, or a recovery code, where it is shown along.
    #[serde(default)]
    code: Option<String>,
}

/// Who came in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedIn {
    /// The name.
    user: String,
    /// What to send as `X-CSRF-Token` with everything that changes something.
    csrf_token: String,
    /// When the session is over.
    #[schema(format = "date-time")]
    expires_at: String,
}

/// Sign in
///
/// Sets the cookie of a new session. Whatever is wrong, the answer is the same; after several
/// failures in a row the user is locked out for a while. Where a second factor is to be shown and was
/// not, the answer is `access/code-needed`, with a cookie for `POST /v1/session/second-factor`, good for
/// 10 minutes.
#[utoipa::path(
    post, path = "/v1/session", tag = "session", request_body = SignIn, security(()),
    responses((status = 200, body = SignedIn, description = "Signed in"), Problems)
)]
pub(super) async fn sign_in(
    State(service): State<Arc<Service>>,
    origin: Origin,
    Json(shown): Json<SignIn>,
) -> Result<Response, Problem> {
    service.count_sign_in(origin.address)?;
    let proof = shown.code.map(Proof::Code);
    let credentials = Credentials { name: shown.name, password: shown.password, proof };
    let place = origin.of_session();
    let entered = service.control.sign_in(&credentials, service.lockout(), &place);
    match entered.await {
        Ok(session) if session.awaits_second_factor => {
            let problem = refused(&service, &origin, AccessError::CodeNeeded).await?;
            Ok(with_cookie(&service, Some(&session.secret), problem.into_response()))
        }
        Ok(session) => Ok(signed_in(&service, &session)),
        Err(error) => Err(refused(&service, &origin, error).await?),
    }
}

/// Somebody who is not let in, or not yet, is in the log. What was typed as a name is not: it may be a
/// password.
async fn refused(
    service: &Service,
    origin: &Origin,
    error: AccessError,
) -> Result<Problem, Problem> {
    let deed = origin.deed(None, "session.refused", Outcome::Refused);
    let details = serde_json::json!({ "code": pgrecall_model::Explain::code(&error) });
    service.note(deed.with(details)).await?;
    Ok(error.into())
}

fn signed_in(service: &Service, session: &NewSession) -> Response {
    let body = SignedIn {
        user: session.user.clone(),
        csrf_token: csrf_token(&session.secret),
        expires_at: session.expires_at.to_string(),
    };
    with_cookie(service, Some(&session.secret), axum::Json(body).into_response())
}

/// Ask for the second factor of a sign-in
///
/// For who has shown a password, or came back from the provider of OpenID Connect, and has a second
/// factor: `GET /v1/me` answers with `access/code-needed` then.
#[utoipa::path(
    post, path = "/v1/session/second-factor/challenge", tag = "session", security(()),
    responses((status = 200, body = Challenge, description = "What can be shown"), Problems)
)]
pub(super) async fn ask_awaited_second_factor(
    State(service): State<Arc<Service>>,
    origin: Origin,
    headers: HeaderMap,
) -> Result<axum::Json<Challenge>, Problem> {
    service.count_sign_in(origin.address)?;
    let waiting = waiting(&service, &headers)?;
    let site = service.config.serving.keys();
    let challenge = service.control.challenge_awaited(&waiting, site.as_ref()).await?;
    Ok(axum::Json(challenge.into()))
}

/// Show the second factor of a sign-in
///
/// For who has shown a password, or came back from the provider of OpenID Connect, and has a second
/// factor. The session goes on with another cookie.
#[utoipa::path(
    post, path = "/v1/session/second-factor", tag = "session", request_body = SecondFactor, security(()),
    responses((status = 200, body = SignedIn, description = "Signed in"), Problems)
)]
pub(super) async fn show_second_factor(
    State(service): State<Arc<Service>>,
    origin: Origin,
    headers: HeaderMap,
    Json(shown): Json<SecondFactor>,
) -> Result<Response, Problem> {
    service.count_sign_in(origin.address)?;
    let waiting = waiting(&service, &headers)?;
    let (proof, place) = (Proof::from(shown), origin.of_session());
    let control = &service.control;
    match control.finish_sign_in(&waiting, &proof, service.lockout(), &place).await {
        Ok(session) => Ok(signed_in(&service, &session)),
        Err(error) => Err(refused(&service, &origin, error).await?),
    }
}

/// What somebody holds who is half the way in.
fn waiting(service: &Service, headers: &HeaderMap) -> Result<Secret, AccessError> {
    cookie_shown(headers, service.config.serving.is_secure()).ok_or(AccessError::NothingToConfirm)
}

/// How one can sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignInWays {
    /// With name and password, `POST /v1/session`.
    password: bool,
    /// With a provider of OpenID Connect, `GET /v1/session/openid`; null where there is none.
    openid: Option<OpenIdWay>,
}

/// A provider of OpenID Connect.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenIdWay {
    /// What stands on the button.
    label: String,
}

/// How one can sign in
///
/// For the page on which one does.
#[utoipa::path(
    get, path = "/v1/sign-in", tag = "session", security(()),
    responses((status = 200, body = SignInWays, description = "The ways"))
)]
pub(super) async fn sign_in_ways(State(service): State<Arc<Service>>) -> axum::Json<SignInWays> {
    let label = service.openid.as_ref().map(|provider| provider.config.label.clone());
    axum::Json(SignInWays { password: true, openid: label.map(|label| OpenIdWay { label }) })
}

/// Sign out
#[utoipa::path(
    delete, path = "/v1/session", tag = "session",
    responses((status = 204, description = "The session is over"), Problems)
)]
pub(super) async fn sign_out(caller: Caller) -> Result<Response, Problem> {
    caller.demand_session()?;
    if let Some(secret) = &caller.session {
        caller.service().control.close_session(secret).await?;
        caller.service().note(caller.deed("session.close", None, None)).await?;
    }
    Ok(with_cookie(caller.service(), None, StatusCode::NO_CONTENT.into_response()))
}

/// An answer with the cookie of a session, or with one that takes it away.
pub(super) fn with_cookie(
    service: &Service,
    secret: Option<&Secret>,
    mut answer: Response,
) -> Response {
    answer.headers_mut().append(header::SET_COOKIE, cookie(service, secret));
    answer
}

/// The cookie that holds a session, or takes it away. No script reads it, and no page of another
/// site sends it.
fn cookie(service: &Service, secret: Option<&Secret>) -> HeaderValue {
    let is_secure = service.config.serving.is_secure();
    let (name, secure) = (cookie_name(is_secure), if is_secure { "; Secure" } else { "" });
    let value = secret.map(Secret::expose).unwrap_or_default();
    let seconds = match secret {
        Some(_) => i64::from(service.config.limits.session_hours) * 3_600,
        None => 0,
    };
    let text =
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
