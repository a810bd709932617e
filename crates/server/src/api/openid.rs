//! Sign-in with a provider of OpenID Connect, which browsers come to and go from by themselves.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pgrecall_access::{Deed, OpenIdAttempt, Outcome, Secret};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::session::with_cookie;
use super::{Problems, ProblemsOnAPage};
use crate::caller::{Caller, Origin, cookie_of};
use crate::input::Query;
use crate::openid::{OpenIdError, Provider};
use crate::page;
use crate::problem::{Problem, Refusal};
use crate::service::Service;

/// The cookie of who is at the provider.
const COOKIE: &str = "pgrecall-openid";

/// Where somebody goes after the sign-in.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Return {
    /// A path of this server; `/` without it.
    return_to: Option<String>,
}

/// Sign in with the provider of OpenID Connect
///
/// For browsers: leads to the provider, and from there back to `return_to`.
#[utoipa::path(
    get, path = "/v1/session/openid", tag = "session", params(Return), security(()),
    responses((status = 303, description = "To the provider"), Problems)
)]
pub(super) async fn begin_openid(
    State(service): State<Arc<Service>>,
    origin: Origin,
    Query(wanted): Query<Return>,
) -> Result<Response, Problem> {
    service.count_sign_in(origin.address)?;
    let (address, cookie) = begin(&service, wanted, None).await?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address), (header::SET_COOKIE, cookie)])
        .into_response())
}

/// Where to go.
#[derive(Serialize, ToSchema)]
pub(crate) struct Elsewhere {
    /// The address at the provider.
    location: String,
}

/// Link an account of the provider to oneself
///
/// With it one can sign in from then on. Needs a session; the browser is then sent to `location`.
#[utoipa::path(
    post, path = "/v1/me/openid", tag = "session", params(Return),
    responses((status = 200, body = Elsewhere, description = "Where to send the browser"), Problems)
)]
pub(super) async fn link_openid(
    caller: Caller,
    Query(wanted): Query<Return>,
) -> Result<Response, Problem> {
    let own = caller.own()?;
    let (location, cookie) = begin(caller.service(), wanted, Some(own.user.user)).await?;
    Ok(([(header::SET_COOKIE, cookie)], axum::Json(Elsewhere { location })).into_response())
}

async fn begin(
    service: &Service,
    wanted: Return,
    user: Option<i64>,
) -> Result<(String, String), Problem> {
    let provider = provider(service)?;
    let return_to = wanted.return_to.unwrap_or_else(|| "/".to_owned());
    if !is_own_path(&return_to) {
        return Err(Refusal::malformed("`return_to` is a path of this server").into());
    }
    let ticket = service.control.begin_openid(&return_to, user).await?;
    let address = provider.address(&ticket).await?;
    Ok((address, cookie(service, ticket.browser.expose(), 600)))
}

fn provider(service: &Service) -> Result<&Provider, Refusal> {
    service.openid.as_ref().ok_or(Refusal::NotFound)
}

/// Browsers read `//host` and `/\host` as other hosts, and leave out line breaks and tabs.
fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

/// What the provider sends back.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Answer {
    /// What is exchanged for who it is.
    code: Option<String>,
    /// What was sent along.
    state: String,
    /// Why the user is not let in.
    error: Option<String>,
}

/// Come back from the provider of OpenID Connect
///
/// For browsers. Sets the cookie of a new session; where a second factor is still to be shown, `GET
/// /v1/me` says so, and `POST /v1/session/second-factor` takes it. Failures are told on a page.
#[utoipa::path(
    get, path = "/v1/session/openid/callback", tag = "session", params(Answer), security(()),
    responses((status = 303, description = "To where the sign-in was begun"), ProblemsOnAPage)
)]
pub(super) async fn finish_openid(
    State(service): State<Arc<Service>>,
    origin: Origin,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, Problem> {
    service.count_sign_in(origin.address)?;
    let browser = Secret::shown(cookie_of(&headers, COOKIE).unwrap_or_default());
    let mut response = match finish(&service, &origin, &browser, answer).await {
        Ok(response) => response,
        Err(problem) => {
            let deed = origin.deed(None, "session.refused", Outcome::Refused);
            let details = serde_json::json!({ "code": problem.code(), "by": "openid" });
            service.note(deed.with(details)).await?;
            page::problem(&problem)
        }
    };
    if let Ok(over) = HeaderValue::from_str(&cookie(&service, "", 0)) {
        response.headers_mut().append(header::SET_COOKIE, over);
    }
    Ok(response)
}

async fn finish(
    service: &Service,
    origin: &Origin,
    browser: &Secret,
    answer: Answer,
) -> Result<Response, Problem> {
    let provider = provider(service)?;
    let attempt = service.control.take_openid(&Secret::shown(answer.state), browser).await?;
    let code = match (answer.code, answer.error) {
        (Some(code), None) => code,
        (_, error) => return Err(OpenIdError::Refused(error.unwrap_or_default()).into()),
    };
    let identity = provider.identity(&code, &attempt).await?;
    let OpenIdAttempt { return_to, user, .. } = attempt;
    let back = (StatusCode::SEE_OTHER, [(header::LOCATION, return_to)]).into_response();
    let control = &service.control;
    if let Some(user) = user {
        let deed = origin.deed(None, "identity.link", Outcome::Done);
        let deed = Deed { via: "openid".to_owned(), ..deed };
        control.link_identity(user, (&identity.issuer, &identity.subject), deed).await?;
        return Ok(back);
    }
    let place = origin.of_session();
    let session = control.sign_in_by_identity(&identity, service.lockout(), &place).await?;
    Ok(with_cookie(service, Some(&session.secret), back))
}

/// What binds the sign-in to the browser. It must come back with a link of another site, the
/// provider's, so it is not strict.
fn cookie(service: &Service, value: &str, seconds: u32) -> String {
    let secure = if service.config.serving.is_secure() { "; Secure" } else { "" };
    format!(
        "{COOKIE}={value}; Path=/v1/session/openid; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_returned_to() {
        for path in ["/", "/a/b?c=d#e", "/%2F%2Fevil.example"] {
            assert!(is_own_path(path), "{path}");
        }
        for path in [
            "",
            "evil",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/a\r\nb",
            "javascript:x",
            "/a b",
            "/ä",
        ] {
            assert!(!is_own_path(path), "{path}");
        }
    }
}
