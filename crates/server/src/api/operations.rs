use pgrecall_access::Right;

use super::Problems;
use crate::caller::Caller;
use crate::input::Path;
use crate::problem::Problem;
use crate::wire::Operation;

/// How many an answer holds at most.
const MOST: i64 = 1_000;

/// Work done by hand, the latest first
#[utoipa::path(
    get, path = "/v1/targets/{target}/operations", tag = "changes",
    params(("target" = String, Path, description = "The target")),
    responses((status = 200, body = Vec<Operation>, description = "The operations"), Problems)
)]
pub(super) async fn list_operations(
    caller: Caller,
    Path(target): Path<String>,
) -> Result<axum::Json<Vec<Operation>>, Problem> {
    let seat = caller.seat(Right::Query, &target).await?;
    let operations = seat.operations(Some(MOST)).await?;
    Ok(axum::Json(operations.into_iter().map(Operation::from).collect()))
}
