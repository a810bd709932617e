//! Tokens of programs: one's own, and those of all users for administrators.

use axum::http::StatusCode;
use pgrecall_access::{AllowList, Right, TokenRequest, TokenRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problems;
use crate::caller::Caller;
use crate::input::{Json, Path, Query};
use crate::problem::{Problem, Refusal};

/// The longest that a token is good, in days.
const LONGEST_DAYS: i32 = 366;
/// How many tokens an answer holds at most.
const MOST: i64 = 1_000;

/// A token of a program.
#[derive(Serialize, ToSchema)]
pub(crate) struct Token {
    /// Its number.
    id: i64,
    /// Its user.
    user: String,
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
    /// The networks from which it may be used; empty for all.
    allow_from: Vec<String>,
    /// Whether it is good.
    active: bool,
}

impl From<TokenRow> for Token {
    fn from(token: TokenRow) -> Self {
        Self {
            id: token.id,
            user: token.user,
            name: token.name,
            scopes: token.scopes.iter().map(ToString::to_string).collect(),
            target: token.target,
            expires_at: token.expires_at.to_string(),
            last_used_at: token.last_used_at.map(|at| at.to_string()),
            allow_from: token.allow_from.texts(),
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
pub(crate) struct TokenWish {
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
    /// The only networks from which it may be used, such as `10.0.0.0/8`.
    #[serde(default)]
    allow_from: Vec<String>,
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
    post, path = "/v1/me/tokens", tag = "session", request_body = TokenWish,
    responses((status = 201, body = NewToken, description = "The token, told once"), Problems)
)]
pub(super) async fn create_token(
    caller: Caller,
    Json(wish): Json<TokenWish>,
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
        allow_from: AllowList::parse(&wish.allow_from).map_err(Refusal::malformed)?,
    };
    if request.scopes.is_empty() {
        return Err(Refusal::malformed("a token needs a scope").into());
    }
    let deed = caller.deed("token.create", None, None);
    let made = caller.service().control.create_token(&request, deed).await?;
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
    revoke(&caller, id, Some(&caller.principal.name)).await
}

/// Which tokens.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Of this user.
    user: Option<String>,
    /// Where to go on: `next` of the answer before.
    cursor: Option<i64>,
    /// How many, 1000 at most; 100 without it.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

/// A part of the tokens.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenPage {
    /// The tokens, the oldest first.
    tokens: Vec<Token>,
    /// What to give as `cursor` for more; null at the end.
    next: Option<i64>,
}

/// The tokens of all users
///
/// The oldest first. For administrators.
#[utoipa::path(
    get, path = "/v1/tokens", tag = "users", params(Wanted),
    responses((status = 200, body = TokenPage, description = "The tokens"), Problems)
)]
pub(super) async fn list_all_tokens(
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<axum::Json<TokenPage>, Problem> {
    caller.demand(Right::Administer).await?;
    let limit = wanted.limit.unwrap_or(100);
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::malformed("`limit` lies between 1 and 1000").into());
    }
    let control = &caller.service().control;
    let found = control.tokens_after(wanted.user.as_deref(), wanted.cursor, Some(limit)).await?;
    let next = super::next(&found, limit, |last| last.id);
    Ok(axum::Json(TokenPage { tokens: found.into_iter().map(Token::from).collect(), next }))
}

/// Take any token away
///
/// For administrators.
#[utoipa::path(
    delete, path = "/v1/tokens/{id}", tag = "users",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 204, description = "It is not good any more"), Problems)
)]
pub(super) async fn revoke_any_token(
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<StatusCode, Problem> {
    caller.demand(Right::Administer).await?;
    revoke(&caller, id, None).await
}

async fn revoke(caller: &Caller, id: i64, user: Option<&str>) -> Result<StatusCode, Problem> {
    let deed = caller.deed("token.revoke", None, Some(&id.to_string()));
    caller.service().control.revoke_token(id, user, &deed).await?;
    Ok(StatusCode::NO_CONTENT)
}
