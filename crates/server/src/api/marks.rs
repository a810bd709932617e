use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use pgrecall_access::Right;
use pgrecall_model::MarkName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problems;
use crate::caller::Caller;
use crate::etag::tagged;
use crate::input::{Json, Path};
use crate::problem::Problem;
use crate::wire::Mark;

/// Moments with names, newest first
#[utoipa::path(
    get, path = "/v1/targets/{target}/marks", tag = "past",
    params(("target" = String, Path, description = "The target")),
    responses((status = 200, body = Vec<Mark>, description = "The marks"),
        (status = 304, description = "It is as it was"), Problems)
)]
pub(super) async fn list_marks(
    caller: Caller,
    headers: HeaderMap,
    Path(target): Path<String>,
) -> Result<Response, Problem> {
    let seat = caller.seat(Right::Query, &target).await?;
    let marks: Vec<_> = seat.marks(None).await?.into_iter().map(Mark::from).collect();
    Ok(tagged(&headers, &marks)?)
}

/// A name for this moment.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewMark {
    /// The name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Why.
    #[serde(default)]
    reason: Option<String>,
}

/// The moment that has a name now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Marked {
    /// Its name.
    name: String,
    /// Its tick.
    tick: i64,
}

/// Give this moment a name
#[utoipa::path(
    post, path = "/v1/targets/{target}/marks", tag = "past", request_body = NewMark,
    params(("target" = String, Path, description = "The target")),
    responses((status = 201, body = Marked, description = "It has a name"), Problems)
)]
pub(super) async fn make_mark(
    caller: Caller,
    Path(target): Path<String>,
    Json(wish): Json<NewMark>,
) -> Result<(StatusCode, axum::Json<Marked>), Problem> {
    let name = MarkName::new(wish.name)?;
    let mut seat = caller.seat(Right::Mark, &target).await?;
    let tick = seat.mark(&name, wish.reason.as_deref()).await?;
    let deed = caller.deed("mark.make", Some(&target), Some(name.as_str()));
    caller.service().note(deed).await?;
    let marked = Marked { name: name.as_str().to_owned(), tick: tick.0 };
    Ok((StatusCode::CREATED, axum::Json(marked)))
}

/// Take the name of a moment away
#[utoipa::path(
    delete, path = "/v1/targets/{target}/marks/{name}", tag = "past",
    params(
        ("target" = String, Path, description = "The target"),
        ("name" = String, Path, description = "The name"),
    ),
    responses((status = 204, description = "It has no name any more"), Problems)
)]
pub(super) async fn remove_mark(
    caller: Caller,
    Path((target, name)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let name = MarkName::new(name)?;
    let seat = caller.seat(Right::Mark, &target).await?;
    seat.unmark(&name).await?;
    let deed = caller.deed("mark.remove", Some(&target), Some(name.as_str()));
    caller.service().note(deed).await?;
    Ok(StatusCode::NO_CONTENT)
}
