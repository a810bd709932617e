use axum::http::StatusCode;
use pgrecall_access::{Pass, PasswordChange, Proof, Role, Via, Viewer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problems;
use super::second_factor::SecondFactor;
use crate::caller::{Caller, csrf_token};
use crate::input::Json;
use crate::problem::Problem;
use crate::visitor::Visitor;

/// Who asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    /// The name; of a viewer token the end user for whom it was minted, or `viewer`.
    user: String,
    /// The roles, in words.
    roles: Vec<String>,
    /// `session`, `token` or `viewer token` with its number.
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
pub(super) async fn me(visitor: Visitor) -> Result<axum::Json<Me>, Problem> {
    let caller = match visitor {
        Visitor::User(caller) => caller,
        Visitor::Viewer(holder) => return Ok(axum::Json(viewer(holder.viewer))),
    };
    let principal = &caller.principal;
    Ok(axum::Json(Me {
        user: principal.name.clone(),
        roles: principal.memberships.iter().map(ToString::to_string).collect(),
        via: principal.via(),
        second_factor: matches!(principal.via, Via::Session { second_factor: true }),
        csrf_token: caller.session.as_ref().map(csrf_token),
    }))
}

/// Nothing is told of the user whose token minted it.
fn viewer(viewer: Viewer) -> Me {
    let Pass { target, tenant, subject, .. } = viewer.pass;
    let tenant = tenant.map_or_else(String::new, |tenant| format!(" (tenant {tenant})"));
    Me {
        user: subject.unwrap_or_else(|| Role::Viewer.to_string()),
        roles: vec![format!("{} of {target}{tenant}", Role::Viewer)],
        via: format!("viewer token {}", viewer.id),
        second_factor: false,
        csrf_token: None,
    }
}

/// A password in place of another.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PasswordWish {
    /// The one until now.
    #[schema(format = "password")]
    old_password: String,
    /// The one from now on, of 12 characters at least.
    #[schema(format = "password", min_length = 12)]
    new_password: String,
    /// A code of the second factor, or a recovery code; it or `second_factor` is asked for where there
    /// is one.
    #[serde(default)]
    code: Option<String>,
    /// The same, or what a key answered.
    #[serde(default)]
    second_factor: Option<SecondFactor>,
}

/// Set another password
///
/// All other sessions end. A wrong password counts as a failed sign-in. Needs a session.
#[utoipa::path(
    post, path = "/v1/me/password", tag = "session", request_body = PasswordWish,
    responses((status = 204, description = "It is set"), Problems)
)]
pub(super) async fn change_password(
    caller: Caller,
    Json(wish): Json<PasswordWish>,
) -> Result<StatusCode, Problem> {
    let own = caller.own()?;
    let proof = wish.second_factor.map(Proof::from).or(wish.code.map(Proof::Code));
    let change = PasswordChange { old: wish.old_password, new: wish.new_password, proof };
    let deed = caller.deed("password.change", None, Some(&caller.principal.name));
    caller.service().control.change_password(own, &change, &deed).await?;
    Ok(StatusCode::NO_CONTENT)
}
