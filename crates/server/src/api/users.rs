use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use pgrecall_access::{AllowList, Known, MailAddress, Right, UserChange};
use pgrecall_postgres::ServerError;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::Problems;
use crate::caller::Caller;
use crate::etag::{demand_same, tagged};
use crate::input::{Json, Path, Query};
use crate::problem::{Problem, Refusal};
use crate::serve::invitation_link;

/// How many users an answer holds at most.
const MOST: i64 = 1_000;

/// A role, and where it holds.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Membership {
    /// `viewer`, `auditor`, `operator`, `approver` or `administrator`.
    role: String,
    /// The target for which it holds; `*`, or nothing, for all. An administrator is one for all.
    #[serde(default)]
    target: Option<String>,
    /// The tenant that a viewer sees.
    #[serde(default)]
    tenant: Option<String>,
}

impl From<pgrecall_access::Membership> for Membership {
    fn from(held: pgrecall_access::Membership) -> Self {
        let (role, target) = (held.role.to_string(), Some(held.target));
        Self { role, target, tenant: held.tenant }
    }
}

impl Membership {
    fn read(&self) -> Result<pgrecall_access::Membership, Refusal> {
        let role = self.role.parse().map_err(Refusal::Malformed)?;
        pgrecall_access::Membership::new(role, self.target.as_deref(), self.tenant.as_deref())
            .map_err(Refusal::malformed)
    }

    fn read_all(all: &[Self]) -> Result<Vec<pgrecall_access::Membership>, Refusal> {
        all.iter().map(Self::read).collect()
    }
}

/// Somebody who may use the server.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and read as one")]
pub(crate) struct User {
    /// The name.
    name: String,
    /// Where it is told what concerns it.
    mail: Option<String>,
    /// The roles.
    roles: Vec<Membership>,
    /// Since when it is there.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it last signed in.
    #[schema(format = "date-time")]
    last_sign_in_at: Option<String>,
    /// Whether it has set a password.
    has_password: bool,
    /// Whether it comes in by the provider of OpenID Connect.
    has_identity: bool,
    /// Whether it has a second factor.
    second_factor: bool,
    /// Whether it may do nothing.
    disabled: bool,
    /// Since when.
    #[schema(format = "date-time")]
    disabled_at: Option<String>,
    /// Until when no attempt to sign in succeeds, after failures in a row.
    #[schema(format = "date-time")]
    locked_until: Option<String>,
    /// The networks from which it may ask; empty for all.
    allow_from: Vec<String>,
}

impl From<&pgrecall_access::User> for User {
    fn from(user: &pgrecall_access::User) -> Self {
        Self {
            name: user.name.clone(),
            mail: user.mail.clone(),
            roles: user.roles.iter().cloned().map(Membership::from).collect(),
            created_at: user.created_at.to_string(),
            last_sign_in_at: user.last_sign_in_at.map(|at| at.to_string()),
            has_password: user.has_password,
            has_identity: user.has_identity,
            second_factor: user.second_factor,
            disabled: user.disabled_at.is_some(),
            disabled_at: user.disabled_at.map(|at| at.to_string()),
            locked_until: user.locked_until.map(|at| at.to_string()),
            allow_from: user.allow_from.texts(),
        }
    }
}

/// The version to be changed, where the request holds only for what was looked at.
async fn version(caller: &Caller, name: &str, headers: &HeaderMap) -> Result<Option<i32>, Problem> {
    let user = caller.service().control.user(name).await?;
    Ok(demand_same(headers, &User::from(&user))?.then_some(user.version))
}

/// A user as it is now, with the tag that `If-Match` may name.
fn shown(user: &pgrecall_access::User) -> Result<Response, ServerError> {
    tagged(&HeaderMap::new(), &User::from(user))
}

/// Which users.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Where to go on: `next` of the answer before.
    cursor: Option<String>,
    /// How many, 1000 at most; 100 without it.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

/// A part of the users.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserPage {
    /// The users, by name.
    users: Vec<User>,
    /// What to give as `cursor` for more; null at the end.
    next: Option<String>,
}

/// The users
///
/// With their roles, by name. For administrators.
#[utoipa::path(
    get, path = "/v1/users", tag = "users", params(Wanted),
    responses((status = 200, body = UserPage, description = "The users"), Problems)
)]
pub(super) async fn list_users(
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<axum::Json<UserPage>, Problem> {
    caller.demand(Right::Administer).await?;
    let limit = wanted.limit.unwrap_or(100);
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::malformed("`limit` lies between 1 and 1000").into());
    }
    let control = &caller.service().control;
    let found = control.users_after(wanted.cursor.as_deref(), limit).await?;
    let next = super::next(&found, limit, |last| last.name.clone());
    Ok(axum::Json(UserPage { users: found.iter().map(User::from).collect(), next }))
}

/// A user to be added.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewUser {
    /// The name, in lower case.
    name: String,
    /// The roles.
    roles: Vec<Membership>,
}

/// How somebody comes in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SetupLink {
    /// The name.
    user: String,
    /// Where the user sets a password, once, within 48 hours. It is told once.
    link: String,
}

/// Add a user
///
/// Gives the link with which the user sets a password. For administrators.
#[utoipa::path(
    post, path = "/v1/users", tag = "users", request_body = NewUser,
    responses((status = 201, body = SetupLink, description = "The link, told once"), Problems)
)]
pub(super) async fn add_user(
    caller: Caller,
    Json(new): Json<NewUser>,
) -> Result<(StatusCode, axum::Json<SetupLink>), Problem> {
    caller.demand(Right::Administer).await?;
    let memberships = Membership::read_all(&new.roles)?;
    let details = json!({ "roles": &memberships });
    let deed = caller.deed("user.add", None, Some(&new.name)).with(details);
    let secret = caller.service().control.add_user(&new.name, &memberships, &deed).await?;
    Ok((StatusCode::CREATED, axum::Json(link(&caller, new.name, secret.expose()))))
}

fn link(caller: &Caller, user: String, secret: &str) -> SetupLink {
    let link = invitation_link(&caller.service().config.serving.public_url, secret);
    SetupLink { user, link }
}

/// A user
///
/// Its `ETag` can be given as `If-Match` with what changes it. For administrators.
#[utoipa::path(
    get, path = "/v1/users/{name}", tag = "users",
    params(("name" = String, Path, description = "The name")),
    responses((status = 200, body = User, description = "The user"), Problems)
)]
pub(super) async fn get_user(
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.demand(Right::Administer).await?;
    let user = caller.service().control.user(&name).await?;
    Ok(tagged(&headers, &User::from(&user))?)
}

/// What changes; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Alteration {
    /// Whether the user may do nothing any more: its sessions end, and its tokens do not work
    /// meanwhile.
    #[serde(default)]
    disabled: Option<bool>,
    /// The networks from which it may ask, such as `10.0.0.0/8`; empty for all.
    #[serde(default)]
    allow_from: Option<Vec<String>>,
    /// Where it is told what concerns it; empty for nowhere.
    #[serde(default)]
    mail: Option<String>,
}

/// Disable a user, enable it, or say from where it may ask and where it is told what happens
///
/// The last administrator cannot be disabled. For administrators.
#[utoipa::path(
    patch, path = "/v1/users/{name}", tag = "users", request_body = Alteration,
    params(
        ("name" = String, Path, description = "The name"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the user that was looked at"),
    ),
    responses(
        (status = 200, body = User, description = "As it is now"),
        (status = 412, description = "It was changed meanwhile"), Problems
    )
)]
pub(super) async fn change_user(
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(change): Json<Alteration>,
) -> Result<Response, Problem> {
    caller.demand(Right::Administer).await?;
    let allow_from = change.allow_from.as_deref().map(AllowList::parse).transpose();
    let allow_from = allow_from.map_err(Refusal::malformed)?;
    let action = match change.disabled {
        Some(true) => "user.disable",
        Some(false) => "user.enable",
        None => "user.change",
    };
    let deed = caller.deed(action, None, Some(&name));
    let deed = match &allow_from {
        Some(networks) => deed.with(json!({ "allow_from": networks })),
        None => deed,
    };
    let address = |mail: &str| match mail.trim() {
        "" => Ok(None),
        mail => mail.parse::<MailAddress>().map(Some),
    };
    let mail = change.mail.as_deref().map(address).transpose()?;
    let change = UserChange { disabled: change.disabled, allow_from, mail };
    let known = Known { name: &name, version: version(&caller, &name, &headers).await? };
    Ok(shown(&caller.service().control.change_user(known, &change, &deed).await?)?)
}

/// Give a user these roles and no others
///
/// The last administrator stays one. For administrators.
#[utoipa::path(
    put, path = "/v1/users/{name}/memberships", tag = "users", request_body = Vec<Membership>,
    params(
        ("name" = String, Path, description = "The name"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the user that was looked at"),
    ),
    responses(
        (status = 200, body = User, description = "As it is now"),
        (status = 412, description = "It was changed meanwhile"), Problems
    )
)]
pub(super) async fn set_memberships(
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(memberships): Json<Vec<Membership>>,
) -> Result<Response, Problem> {
    caller.demand(Right::Administer).await?;
    let memberships = Membership::read_all(&memberships)?;
    let details = json!({ "roles": &memberships });
    let deed = caller.deed("user.memberships", None, Some(&name)).with(details);
    let known = Known { name: &name, version: version(&caller, &name, &headers).await? };
    Ok(shown(&caller.service().control.set_memberships(known, &memberships, &deed).await?)?)
}

/// Let a user in anew
///
/// Takes password and second factor away, ends its sessions, and gives a new link. A disabled user is
/// enabled. For administrators.
#[utoipa::path(
    post, path = "/v1/users/{name}/reset", tag = "users",
    params(("name" = String, Path, description = "The name")),
    responses((status = 200, body = SetupLink, description = "The link, told once"), Problems)
)]
pub(super) async fn reset_user(
    caller: Caller,
    Path(name): Path<String>,
) -> Result<axum::Json<SetupLink>, Problem> {
    caller.demand(Right::Administer).await?;
    let deed = caller.deed("user.reset", None, Some(&name));
    let secret = caller.service().control.reset_user(&name, &deed).await?;
    Ok(axum::Json(link(&caller, name, secret.expose())))
}

/// Take a user's second factor away
///
/// For one who has lost it with all recovery codes. For administrators.
#[utoipa::path(
    delete, path = "/v1/users/{name}/second-factor", tag = "users",
    params(("name" = String, Path, description = "The name")),
    responses((status = 204, description = "None is asked for any more"), Problems)
)]
pub(super) async fn remove_second_factor_of(
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.demand(Right::Administer).await?;
    let deed = caller.deed("second_factor.remove", None, Some(&name));
    caller.service().control.remove_second_factor_of(&name, &deed).await?;
    Ok(StatusCode::NO_CONTENT)
}
