//! One's own security keys and passkeys.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pgrecall_access::{AccessError, NewKey, Proof, SecurityKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Problems;
use super::second_factor::{Beginning, SecondFactor, told};
use super::session::with_cookie;
use crate::caller::{Caller, csrf_token};
use crate::input::{Json, Path};
use crate::problem::Problem;

/// A security key or passkey.
#[derive(Serialize, ToSchema)]
pub(crate) struct Key {
    /// Its number.
    id: i64,
    /// What the user calls it.
    name: String,
    /// The domain for which it is good.
    domain: String,
    /// Since when it is there.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it was last shown; null if never.
    #[schema(format = "date-time")]
    last_used_at: Option<String>,
}

impl From<SecurityKey> for Key {
    fn from(key: SecurityKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            domain: key.domain,
            created_at: key.created_at.to_string(),
            last_used_at: key.last_used_at.map(|at| at.to_string()),
        }
    }
}

/// What a new key is asked.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyOptions {
    /// What to hand to `navigator.credentials.create` as `publicKey` (Web Authentication,
    /// `PublicKeyCredentialCreationOptionsJSON`).
    #[schema(value_type = Object)]
    options: Value,
}

/// Begin with a key
///
/// It counts when its answer was confirmed, within 5 minutes and in this session. Who has a second
/// factor shows it. Needs a session.
#[utoipa::path(
    post, path = "/v1/me/second-factor/keys", tag = "session", request_body = Option<Beginning>,
    responses((status = 200, body = KeyOptions, description = "What the key is asked"), Problems)
)]
pub(super) async fn begin_key(
    caller: Caller,
    beginning: Option<Json<Beginning>>,
) -> Result<axum::Json<KeyOptions>, Problem> {
    let own = caller.own()?;
    let service = caller.service();
    let site = service.config.serving.keys().ok_or(AccessError::NoKeySite)?;
    let proof = beginning.and_then(|Json(beginning)| beginning.second_factor).map(Proof::from);
    let options = service.control.begin_key(own, proof.as_ref(), &site).await?;
    service.note(caller.deed("key.begin", None, None)).await?;
    Ok(axum::Json(KeyOptions { options }))
}

/// What a new key answered.
#[derive(Deserialize, ToSchema)]
pub(crate) struct KeyAnswer {
    /// What to call it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// The `PublicKeyCredential` that `navigator.credentials.create` gives, as JSON (Web
    /// Authentication, `RegistrationResponseJSON`).
    #[schema(value_type = Object)]
    credential: Value,
}

/// A key that was added.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddedKey {
    /// The key.
    key: Key,
    /// Each counts once. They are told once, with the first second factor; empty where there was one.
    recovery_codes: Vec<String>,
    /// What to send as `X-CSRF-Token` from now on.
    csrf_token: String,
}

/// Confirm a key
///
/// From now on it is asked for. The session goes on with another cookie. Needs a session.
#[utoipa::path(
    post, path = "/v1/me/second-factor/keys/confirm", tag = "session", request_body = KeyAnswer,
    responses((status = 200, body = AddedKey, description = "The key, and codes in its place"), Problems)
)]
pub(super) async fn confirm_key(
    caller: Caller,
    Json(shown): Json<KeyAnswer>,
) -> Result<Response, Problem> {
    let own = caller.own()?;
    let deed = caller.deed("key.add", None, Some(&caller.principal.name));
    let control = &caller.service().control;
    let NewKey { key, codes, session } =
        control.confirm_key(own, (&shown.name, &shown.credential), &deed).await?;
    let csrf_token = csrf_token(&session.secret);
    let body = AddedKey { key: key.into(), recovery_codes: told(codes), csrf_token };
    Ok(with_cookie(caller.service(), Some(&session.secret), axum::Json(body).into_response()))
}

/// What a key is called from now on.
#[derive(Deserialize, ToSchema)]
pub(crate) struct KeyName {
    /// The name.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

/// Give a key another name
///
/// Needs a session.
#[utoipa::path(
    patch, path = "/v1/me/second-factor/keys/{id}", tag = "session", request_body = KeyName,
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, body = Key, description = "The key"), Problems)
)]
pub(super) async fn rename_key(
    caller: Caller,
    Path(id): Path<i64>,
    Json(wish): Json<KeyName>,
) -> Result<axum::Json<Key>, Problem> {
    let own = caller.own()?;
    let deed = caller.deed("key.rename", None, Some(&caller.principal.name));
    let control = &caller.service().control;
    let key = control.rename_key(own.user.user, (id, &wish.name), &deed).await?;
    Ok(axum::Json(key.into()))
}

/// Do without a key
///
/// Whatever there is of a second factor can be shown for it. With the last second factor the recovery
/// codes go. Needs a session.
#[utoipa::path(
    delete, path = "/v1/me/second-factor/keys/{id}", tag = "session", request_body = SecondFactor,
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 204, description = "It is not asked for any more"), Problems)
)]
pub(super) async fn remove_key(
    caller: Caller,
    Path(id): Path<i64>,
    Json(shown): Json<SecondFactor>,
) -> Result<StatusCode, Problem> {
    let own = caller.own()?;
    let deed = caller.deed("key.remove", None, Some(&caller.principal.name));
    let proof = Proof::from(shown);
    caller.service().control.remove_key(own, (id, &proof), &deed).await?;
    Ok(StatusCode::NO_CONTENT)
}
