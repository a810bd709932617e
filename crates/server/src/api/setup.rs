use std::sync::Arc;

use axum::extract::State;
use pgrecall_access::{Invitation, Outcome, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problems;
use crate::caller::Origin;
use crate::input::Json;
use crate::problem::Problem;
use crate::service::Service;

/// What a one-time link is exchanged for.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Acceptance {
    /// What stands at the end of the link.
    pub(crate) invitation: String,
    /// The name of the first administrator; others have one.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// The password, of 12 characters at least.
    #[schema(format = "password", min_length = 12)]
    pub(crate) password: String,
}

/// A one-time link.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Link {
    /// What stands at the end of the link.
    invitation: String,
}

/// What a one-time link is for.
#[derive(Serialize, ToSchema)]
pub(crate) struct Purpose {
    /// Whose password it sets; null if it is for the first administrator, who chooses a name.
    user: Option<String>,
}

/// What a one-time link is for
///
/// It stays good.
#[utoipa::path(
    post, path = "/v1/invitations/look", tag = "session", request_body = Link, security(()),
    responses((status = 200, body = Purpose, description = "Whose password it sets"), Problems)
)]
pub(super) async fn look_at_invitation(
    State(service): State<Arc<Service>>,
    origin: Origin,
    Json(shown): Json<Link>,
) -> Result<axum::Json<Purpose>, Problem> {
    service.count_sign_in(origin.address)?;
    let secret = Secret::shown(shown.invitation.trim());
    let user = match service.control.invitation(&secret).await? {
        Invitation::First => None,
        Invitation::User(name) => Some(name),
    };
    Ok(axum::Json(Purpose { user }))
}

/// Who can sign in now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Accepted {
    /// The name.
    user: String,
}

/// Set a password with a one-time link
#[utoipa::path(
    post, path = "/v1/invitations", tag = "session", request_body = Acceptance, security(()),
    responses((status = 200, body = Accepted, description = "The password is set"), Problems)
)]
pub(super) async fn accept_invitation(
    State(service): State<Arc<Service>>,
    origin: Origin,
    Json(acceptance): Json<Acceptance>,
) -> Result<axum::Json<Accepted>, Problem> {
    let user = accept(&service, &origin, &acceptance).await?;
    Ok(axum::Json(Accepted { user }))
}

/// The same for the page, which has no scripts.
pub(crate) async fn accept(
    service: &Service,
    origin: &Origin,
    acceptance: &Acceptance,
) -> Result<String, Problem> {
    service.count_sign_in(origin.address)?;
    let secret = Secret::shown(acceptance.invitation.trim());
    let name = acceptance.name.as_deref();
    let user = service.control.accept(&secret, name, &acceptance.password).await?;
    service.note(origin.deed(Some(&user), "invitation.accept", Outcome::Done)).await?;
    Ok(user)
}
