use pgrecall_access::{ReviewFilter, Right};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::approvals::said;
use super::{Problems, limit};
use crate::caller::Caller;
use crate::input::{Json, Path, Query};
use crate::problem::{Problem, Refusal};
use crate::wire::{Review, ReviewPage};

/// Who may look at reviews.
const LOOK: [Right; 4] = [Right::Approve, Right::Undo, Right::Audit, Right::Administer];
/// Who may close them.
const CLOSE: [Right; 2] = [Right::Approve, Right::Administer];

/// Which reviews.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// `open` or `closed`; both without it.
    status: Option<String>,
    /// Where to go on: `next` of the answer before.
    cursor: Option<i64>,
    /// How many, 200 at most; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// What was applied without the approval that it needed, newest first
#[utoipa::path(
    get, path = "/v1/targets/{target}/reviews", tag = "approvals",
    params(("target" = String, Path, description = "The target"), Wanted),
    responses((status = 200, body = ReviewPage, description = "The reviews"), Problems)
)]
pub(super) async fn list_reviews(
    caller: Caller,
    Path(target): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<axum::Json<ReviewPage>, Problem> {
    caller.reach_by_any(&LOOK, &target).await?;
    let open = match wanted.status.as_deref() {
        None => None,
        Some("open") => Some(true),
        Some("closed") => Some(false),
        Some(_) => return Err(Refusal::malformed("`status` is `open` or `closed`").into()),
    };
    let limit = limit(wanted.limit)?;
    let filter = ReviewFilter { id: None, open, before: wanted.cursor, limit };
    let found = caller.service().control.reviews(&target, filter).await?;
    let next = super::next(&found, limit, |last| last.id);
    Ok(axum::Json(ReviewPage { reviews: found.into_iter().map(Review::from).collect(), next }))
}

/// What came of looking at it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct Closing {
    /// What came of looking at it.
    #[schema(min_length = 1)]
    comment: String,
}

/// Close a review
///
/// For approvers and administrators, but not for who applied it. Needs a session.
#[utoipa::path(
    post, path = "/v1/targets/{target}/reviews/{id}/close", tag = "approvals", request_body = Closing,
    params(
        ("target" = String, Path, description = "The target"),
        ("id" = i64, Path, description = "Its number"),
    ),
    responses((status = 200, body = Review, description = "It is closed"), Problems)
)]
pub(super) async fn close_review(
    caller: Caller,
    Path((target, id)): Path<(String, i64)>,
    Json(closing): Json<Closing>,
) -> Result<axum::Json<Review>, Problem> {
    caller.reach_by_any(&CLOSE, &target).await?;
    caller.demand_session()?;
    let comment = said(&closing.comment, "comment")?;
    let deed = caller.deed("break_glass.review", Some(&target), Some(&id.to_string()));
    let closing = (caller.principal.name.as_str(), comment);
    let closed = caller.service().control.close_review((&target, id), closing, &deed).await;
    match closed {
        Ok(review) => Ok(axum::Json(review.into())),
        Err(error) => {
            caller.note_refusal(&deed, &error).await?;
            Err(error.into())
        }
    }
}
