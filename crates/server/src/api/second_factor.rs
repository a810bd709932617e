//! One's own second factor: the device that shows codes, and what is common to it and keys.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pgrecall_access::{Proof, RecoveryCodes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Problems;
use super::keys::Key;
use super::session::with_cookie;
use crate::caller::{Caller, csrf_token};
use crate::input::Json;
use crate::problem::Problem;

/// What shows that it is really the user who asks, at this moment.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SecondFactor {
    /// What the device shows, or a recovery code. It counts once.
    Code(String),
    /// What a key answered to the challenge of this session: the `PublicKeyCredential` that
    /// `navigator.credentials.get` gives, as JSON (Web Authentication, `AuthenticationResponseJSON`).
    Key(Map<String, Value>),
}

impl From<SecondFactor> for Proof {
    fn from(factor: SecondFactor) -> Self {
        match factor {
            SecondFactor::Code(code) => Self::Code(code),
            SecondFactor::Key(answer) => Self::Key(Value::Object(answer)),
        }
    }
}

/// What there is of a second factor.
#[derive(Serialize, ToSchema)]
pub(crate) struct Factors {
    /// Whether there is a device that shows codes.
    device: bool,
    /// Security keys and passkeys.
    keys: Vec<Key>,
    /// The origin whose pages can use keys; null where browsers would use none.
    keys_at: Option<String>,
}

/// One's own second factor
///
/// Needs a session.
#[utoipa::path(
    get, path = "/v1/me/second-factor", tag = "session",
    responses((status = 200, body = Factors, description = "What there is"), Problems)
)]
pub(super) async fn get_second_factor(caller: Caller) -> Result<axum::Json<Factors>, Problem> {
    caller.demand_session()?;
    let control = &caller.service().control;
    let user = caller.principal.user;
    let keys = control.keys(user).await?.into_iter().map(Key::from).collect();
    let keys_at = caller.service().config.serving.keys().map(|site| site.origin);
    Ok(axum::Json(Factors { device: control.has_device(user).await?, keys, keys_at }))
}

/// What can be shown of a second factor.
#[derive(Serialize, ToSchema)]
pub(crate) struct Challenge {
    /// Whether there is a device that shows codes. Recovery codes stand in for it, and for keys.
    device: bool,
    /// What to hand to `navigator.credentials.get` as `publicKey` (Web Authentication,
    /// `PublicKeyCredentialRequestOptionsJSON`); null where there is no key for this server.
    #[schema(value_type = Option<Object>)]
    key: Option<Value>,
}

impl From<pgrecall_access::Challenge> for Challenge {
    fn from(challenge: pgrecall_access::Challenge) -> Self {
        Self { device: challenge.device, key: challenge.key }
    }
}

/// Ask for the second factor
///
/// The answer of a key is good for 5 minutes, once, in this session: where a request takes
/// `second_factor`, as `{"key": …}`. A challenge ends the one before. Needs a session.
#[utoipa::path(
    post, path = "/v1/me/second-factor/challenge", tag = "session",
    responses((status = 200, body = Challenge, description = "What can be shown"), Problems)
)]
pub(super) async fn ask_second_factor(caller: Caller) -> Result<axum::Json<Challenge>, Problem> {
    let own = caller.own()?;
    let site = caller.service().config.serving.keys();
    let control = &caller.service().control;
    let challenge = control.challenge(own.user.user, own.session, site.as_ref()).await?;
    Ok(axum::Json(challenge.into()))
}

/// What is shown before another second factor is set up.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct Beginning {
    /// Needed where there is a second factor already.
    #[serde(default)]
    pub(super) second_factor: Option<SecondFactor>,
}

/// A second factor that the user has still to show.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewFactor {
    /// The secret, as people type it.
    secret: String,
    /// The same as a URI that devices read.
    uri: String,
}

/// Begin with a device
///
/// It counts when a code of it was confirmed. Who has keys shows one of them. Needs a session.
#[utoipa::path(
    post, path = "/v1/me/second-factor", tag = "session", request_body = Option<Beginning>,
    responses((status = 200, body = NewFactor, description = "The secret, told once"), Problems)
)]
pub(super) async fn begin_second_factor(
    caller: Caller,
    beginning: Option<Json<Beginning>>,
) -> Result<axum::Json<NewFactor>, Problem> {
    caller.demand_session()?;
    let proof = beginning.and_then(|Json(beginning)| beginning.second_factor).map(Proof::from);
    let (shown, name) = (caller.shown(proof.as_ref()), &caller.principal.name);
    let new = caller.service().control.begin_second_factor(shown, name).await?;
    caller.service().note(caller.deed("second_factor.begin", None, None)).await?;
    Ok(axum::Json(NewFactor { secret: new.secret, uri: new.uri }))
}

/// A code of the device.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Code {
    /// Six digits.
    code: String,
}

/// A second factor that is asked for from now on.
#[derive(Serialize, ToSchema)]
pub(crate) struct Confirmed {
    /// Each counts once. They are told once, with the first second factor; empty where there was one.
    recovery_codes: Vec<String>,
    /// What to send as `X-CSRF-Token` from now on.
    csrf_token: String,
}

/// Confirm a device
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
    let body = axum::Json(Confirmed { recovery_codes: told(codes), csrf_token });
    Ok(with_cookie(caller.service(), Some(&session.secret), body.into_response()))
}

/// Do without the device
///
/// Whatever there is of a second factor can be shown for it. With the last second factor the recovery
/// codes go. Needs a session.
#[utoipa::path(
    delete, path = "/v1/me/second-factor", tag = "session", request_body = SecondFactor,
    responses((status = 204, description = "It is not asked for any more"), Problems)
)]
pub(super) async fn remove_second_factor(
    caller: Caller,
    Json(shown): Json<SecondFactor>,
) -> Result<StatusCode, Problem> {
    let own = caller.own()?;
    let deed = caller.deed("second_factor.remove", None, Some(&caller.principal.name));
    let proof = Proof::from(shown);
    caller.service().control.remove_second_factor(own, &proof, &deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The codes that came with the first second factor.
pub(super) fn told(codes: Option<RecoveryCodes>) -> Vec<String> {
    codes.map_or_else(Vec::new, |codes| codes.0)
}

/// Recovery codes, which stand in for device and keys.
#[derive(Serialize, ToSchema)]
pub(crate) struct Codes {
    /// Each counts once. They are told once.
    recovery_codes: Vec<String>,
}

/// Have new recovery codes
///
/// The earlier ones are not good any more. Needs a session, and a second factor.
#[utoipa::path(
    post, path = "/v1/me/recovery-codes", tag = "session", request_body = SecondFactor,
    responses((status = 200, body = Codes, description = "The codes, told once"), Problems)
)]
pub(super) async fn renew_recovery_codes(
    caller: Caller,
    Json(shown): Json<SecondFactor>,
) -> Result<axum::Json<Codes>, Problem> {
    let own = caller.own()?;
    let deed = caller.deed("recovery_codes.renew", None, Some(&caller.principal.name));
    let proof = Proof::from(shown);
    let codes = caller.service().control.renew_recovery_codes(own, &proof, &deed).await?;
    Ok(axum::Json(Codes { recovery_codes: codes.0 }))
}
