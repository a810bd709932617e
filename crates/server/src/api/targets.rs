use axum::http::HeaderMap;
use axum::response::Response;
use pgrecall_access::{Pass, Reach, Right, Role};
use serde::Serialize;
use utoipa::ToSchema;

use super::Problems;
use crate::caller::Caller;
use crate::config::Rule;
use crate::etag::tagged;
use crate::input::Path;
use crate::problem::Problem;
use crate::visitor::Visitor;

/// A database that pgRecall looks after.
#[derive(Serialize, ToSchema)]
pub(crate) struct Target {
    /// Its name.
    name: String,
    /// The roles that the user has there.
    roles: Vec<String>,
    /// The tenant that the user sees; null for all.
    tenant: Option<String>,
    /// Whether somebody else has to approve whatever is applied; `needs` of a plan says what it needs.
    requires_approval: bool,
}

/// How a journal stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct Standing {
    /// How many tables are tracked.
    tracked: i64,
    /// About how many changes it holds.
    changes: i64,
    /// How large it is.
    bytes: i64,
    /// How large the database is, the journal included.
    database_bytes: i64,
    /// When its oldest change was made.
    #[schema(format = "date-time")]
    oldest: Option<String>,
    /// How many gaps there are.
    gaps: i64,
    /// How many of them are open.
    open_gaps: i64,
    /// How many changes guards refused.
    refusals: i64,
    /// When the upkeep last ran.
    #[schema(format = "date-time")]
    maintained_at: Option<String>,
}

/// The targets that the user may see
#[utoipa::path(
    get, path = "/v1/targets", tag = "targets",
    responses((status = 200, body = Vec<Target>, description = "The targets"), Problems)
)]
pub(super) async fn list_targets(visitor: Visitor) -> Result<axum::Json<Vec<Target>>, Problem> {
    let caller = match visitor {
        Visitor::User(caller) => caller,
        Visitor::Viewer(holder) => return Ok(axum::Json(vec![of_viewer(holder.viewer.pass)])),
    };
    let desks = caller.service().desks().filter(|desk| caller.principal.knows(desk.name.as_str()));
    let target = |desk: &std::sync::Arc<crate::service::Desk>| {
        let name = desk.name.as_str();
        Target {
            name: name.to_owned(),
            roles: caller.principal.roles(name).map(|role| role.to_string()).collect(),
            tenant: match caller.principal.reach(Right::Read, name) {
                Some(Reach::Tenant(tenant)) => Some(tenant),
                Some(Reach::Everything) | None => None,
            },
            requires_approval: desk.target.undo.rules.iter().any(Rule::is_unconditional),
        }
    };
    Ok(axum::Json(desks.map(target).collect()))
}

/// The one that a viewer token is for.
fn of_viewer(pass: Pass) -> Target {
    Target {
        name: pass.target,
        roles: vec![Role::Viewer.to_string()],
        tenant: pass.tenant,
        requires_approval: false,
    }
}

/// How the journal of a target stands, in numbers
#[utoipa::path(
    get, path = "/v1/targets/{target}", tag = "targets",
    params(("target" = String, Path, description = "The target")),
    responses((status = 200, body = Standing, description = "The numbers"),
        (status = 304, description = "It is as it was"), Problems)
)]
pub(super) async fn get_target(
    caller: Caller,
    headers: HeaderMap,
    Path(target): Path<String>,
) -> Result<Response, Problem> {
    let seat = caller.seat(Right::Query, &target).await?;
    let standing = seat.standing().await?;
    let standing = Standing {
        tracked: standing.tracked,
        changes: standing.changes,
        bytes: standing.bytes,
        database_bytes: standing.database_bytes,
        oldest: standing.oldest.map(|at| at.to_string()),
        gaps: standing.gaps,
        open_gaps: standing.open_gaps,
        refusals: standing.refusals,
        maintained_at: standing.maintained_at.map(|at| at.to_string()),
    };
    Ok(tagged(&headers, &standing)?)
}
