use axum::http::StatusCode;
use pgrecall_access::{Right, TokenRequest, TokenRow, Via};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problems;
use crate::caller::{Caller, csrf_token};
use crate::input::{Json, Path};
use crate::problem::{Problem, Refusal};

/// The longest that a token is good, in days.
const LONGEST_DAYS: i32 = 366;

/// Who asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    /// The name.
    user: String,
    /// The roles, in words.
    roles: Vec<String>,
    /// `session`, or `token` with its number.
    via: String,
    /// Whether a second factor was shown.
    second_factor: bool,
    /// What to send as `X-CSRF-Token`; null for tokens, which need none.
    csrf_token: Option<String>,
}

/// Who asks, and what they may
#[utoipa::path(
    get, path = "/v1/me", tag = "session",
    responses((status = 200, body = Me, description = "Who asks"), Problems)
)]
pub(super) async fn me(caller: Caller) -> Result<axum::Json<Me>, Problem> {
    let principal = &caller.principal;
    Ok(axum::Json(Me {
        user: principal.name.clone(),
        roles: principal.memberships.iter().map(ToString::to_string).collect(),
        via: principal.via(),
        second_factor: matches!(principal.via, Via::Session { second_factor: true }),
        csrf_token: caller.session.as_ref().map(csrf_token),
    }))
}

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
    /// Six digits.
    code: String,
}

/// Codes that stand in for the device.
#[derive(Serialize, ToSchema)]
pub(crate) struct Codes {
    /// Each counts once. They are told once.
    recovery_codes: Vec<String>,
}

/// Confirm a second factor
///
/// From now on it is asked for. Needs a session.
#[utoipa::path(
    post, path = "/v1/me/second-factor/confirm", tag = "session", request_body = Code,
    responses((status = 200, body = Codes, description = "Codes in its place, told once"), Problems)
)]
pub(super) async fn confirm_second_factor(
    caller: Caller,
    Json(shown): Json<Code>,
) -> Result<axum::Json<Codes>, Problem> {
    caller.demand_session()?;
    let user = caller.principal.user;
    let codes = caller.service().control.confirm_second_factor(user, &shown.code).await?;
    caller.service().note(caller.deed("second_factor.confirm", None, None)).await?;
    Ok(axum::Json(Codes { recovery_codes: codes.0 }))
}

/// A token of a program.
#[derive(Serialize, ToSchema)]
pub(crate) struct Token {
    /// Its number.
    id: i64,
    /// What it is called.
    name: String,
    /// What it is for.
    scopes: Vec<String>,
    /// The target for which it holds; `*` for all.
    target: String,
    /// Until when it is good.
    #[schema(format = "date-time")]
    expires_at: String,
    /// When it was last used.
    #[schema(format = "date-time")]
    last_used_at: Option<String>,
    /// Whether it is good.
    active: bool,
}

impl From<TokenRow> for Token {
    fn from(token: TokenRow) -> Self {
        Self {
            id: token.id,
            name: token.name,
            scopes: token.scopes.iter().map(ToString::to_string).collect(),
            target: token.target,
            expires_at: token.expires_at.to_string(),
            last_used_at: token.last_used_at.map(|at| at.to_string()),
            active: token.active,
        }
    }
}

/// One's own tokens
#[utoipa::path(
    get, path = "/v1/me/tokens", tag = "session",
    responses((status = 200, body = Vec<Token>, description = "The tokens"), Problems)
)]
pub(super) async fn list_tokens(caller: Caller) -> Result<axum::Json<Vec<Token>>, Problem> {
    caller.demand_session()?;
    let tokens = caller.service().control.tokens(Some(&caller.principal.name)).await?;
    Ok(axum::Json(tokens.into_iter().map(Token::from).collect()))
}

/// A token that is asked for.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Wish {
    /// What it is called.
    name: String,
    /// What it is for: `read`, `query`, `mark`, `undo`, `approve` (to look at what is to be approved),
    /// `audit`, `administer`.
    scopes: Vec<String>,
    /// The only target for which it holds.
    #[serde(default)]
    target: Option<String>,
    /// How many days it is good, 366 at most.
    #[schema(minimum = 1, maximum = 366)]
    days: i32,
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewToken {
    /// Its number.
    id: i64,
    /// The token, told once.
    token: String,
    /// Until when it is good.
    #[schema(format = "date-time")]
    expires_at: String,
}

/// Make a token for a program
///
/// It may what its user may, as far as its scopes and its target go. Needs a session.
#[utoipa::path(
    post, path = "/v1/me/tokens", tag = "session", request_body = Wish,
    responses((status = 201, body = NewToken, description = "The token, told once"), Problems)
)]
pub(super) async fn create_token(
    caller: Caller,
    Json(wish): Json<Wish>,
) -> Result<(StatusCode, axum::Json<NewToken>), Problem> {
    caller.demand_session()?;
    if !(1..=LONGEST_DAYS).contains(&wish.days) || wish.name.trim().is_empty() {
        return Err(Refusal::malformed("a token needs a name, and 1 to 366 days").into());
    }
    let scopes: Result<Vec<Right>, String> = wish.scopes.iter().map(|word| word.parse()).collect();
    let request = TokenRequest {
        user: caller.principal.name.clone(),
        name: wish.name,
        scopes: scopes.map_err(Refusal::Malformed)?,
        target: wish.target,
        days: wish.days,
    };
    if request.scopes.is_empty() {
        return Err(Refusal::malformed("a token needs a scope").into());
    }
    let made = caller.service().control.create_token(&request).await?;
    let subject = made.id.to_string();
    caller.service().note(caller.deed("token.create", None, Some(&subject))).await?;
    let (id, expires_at) = (made.id, made.expires_at.to_string());
    let token = made.secret.expose().to_owned();
    Ok((StatusCode::CREATED, axum::Json(NewToken { id, token, expires_at })))
}

/// Take a token of one's own away
#[utoipa::path(
    delete, path = "/v1/me/tokens/{id}", tag = "session",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 204, description = "It is not good any more"), Problems)
)]
pub(super) async fn revoke_token(
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<StatusCode, Problem> {
    caller.demand_session()?;
    caller.service().control.revoke_token(id, Some(&caller.principal.name)).await?;
    let subject = id.to_string();
    caller.service().note(caller.deed("token.revoke", None, Some(&subject))).await?;
    Ok(StatusCode::NO_CONTENT)
}
