use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pgrecall_access::{Credentials, Outcome, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problems;
use crate::caller::{Caller, Origin, cookie_name, csrf_token};
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
    /// A code of the second factor, or a recovery code; asked for where there is one.
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
/// failures in a row the user is locked out for a while.
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
    let credentials = Credentials { name: shown.name, password: shown.password, code: shown.code };
    let place = origin.of_session();
    let entered = service.control.sign_in(&credentials, service.lockout(), &place);
    let session = match entered.await {
        Ok(session) => session,
        Err(error) => {
            let mut deed = origin.deed(None, "session.refused", Outcome::Refused);
            // What was typed as a name may be a password.
            deed.details = serde_json::json!({ "code": pgrecall_model::Explain::code(&error) });
            service.note(deed).await?;
            return Err(error.into());
        }
    };
    let body = SignedIn {
        user: session.user.clone(),
        csrf_token: csrf_token(&session.secret),
        expires_at: session.expires_at.to_string(),
    };
    Ok(with_cookie(&service, Some(&session.secret), axum::Json(body).into_response()))
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
