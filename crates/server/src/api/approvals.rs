use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use pgrecall_access::{
    ApprovalFilter, ApprovalStatus, Case, Consent, Control, Deed, NewApproval, Proof, Right,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::plans::current;
use super::second_factor::SecondFactor;
use super::{Problems, limit};
use crate::caller::Caller;
use crate::etag::{demand_same, tagged};
use crate::input::{Json, Path, Query};
use crate::problem::{Problem, Refusal};
use crate::recipe::own_seat;
use crate::ruling::Ruling;
use crate::wire::{Approval, ApprovalPage};

/// Who may look at approvals.
const LOOK: [Right; 3] = [Right::Approve, Right::Undo, Right::Audit];

/// What others are to approve.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct Request {
    /// The hash that the preview showed.
    hash: String,
    /// Why.
    #[schema(min_length = 1)]
    reason: String,
}

/// Ask others to approve a plan that was previewed
///
/// Neither who made the plan nor who asks can approve it. The plan is kept as long as its approval
/// lives.
#[utoipa::path(
    post, path = "/v1/targets/{target}/plans/{plan}/approval", tag = "approvals", request_body = Request,
    params(
        ("target" = String, Path, description = "The target"),
        ("plan" = String, Path, description = "The plan"),
    ),
    responses((status = 201, body = Approval, description = "Others can decide now"), Problems)
)]
pub(super) async fn request_approval(
    caller: Caller,
    Path((target, plan)): Path<(String, String)>,
    Json(request): Json<Request>,
) -> Result<(StatusCode, axum::Json<Approval>), Problem> {
    let (desk, _) = caller.reach(Right::Undo, &target).await?;
    let reason = said(&request.reason, "reason")?;
    let control = &caller.service().control;
    let undo = &desk.target.undo;
    let kept = control.plan(&target, &plan).await?;
    let needs = Ruling::of(desk).await.needs(&kept)?;
    let new = NewApproval {
        target: &target,
        plan: &plan,
        hash: &request.hash,
        reason,
        requested_by: &caller.principal.name,
        approvers: needs.approvers,
        second_factor: needs.second_factor,
        rules: needs.rules,
        hours: undo.approval_hours,
    };
    control.expire_approvals().await?;
    let deed = caller.deed("approval.request", Some(&target), Some(&plan));
    let approval = control.request_approval(&new, &deed).await?;
    Ok((StatusCode::CREATED, axum::Json(approval.into())))
}

/// Which approvals.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Only those that have come so far, such as `requested`.
    status: Option<String>,
    /// Where to go on: `next` of the answer before.
    cursor: Option<i64>,
    /// How many, 200 at most; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// Approvals, newest first
#[utoipa::path(
    get, path = "/v1/targets/{target}/approvals", tag = "approvals",
    params(("target" = String, Path, description = "The target"), Wanted),
    responses((status = 200, body = ApprovalPage, description = "The approvals"), Problems)
)]
pub(super) async fn list_approvals(
    caller: Caller,
    Path(target): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<axum::Json<ApprovalPage>, Problem> {
    caller.reach_by_any(&LOOK, &target).await?;
    let limit = limit(wanted.limit)?;
    let status = wanted.status.as_deref().map(status).transpose()?;
    let filter =
        ApprovalFilter { status, before: wanted.cursor, limit, ..ApprovalFilter::default() };
    let found = caller.service().control.approvals(&target, filter).await?;
    let next = super::next(&found, limit, |last| last.id);
    let approvals = found.into_iter().map(Approval::from).collect();
    Ok(axum::Json(ApprovalPage { approvals, next }))
}

fn status(word: &str) -> Result<ApprovalStatus, Refusal> {
    let found = ApprovalStatus::ALL.into_iter().find(|status| status.as_str() == word);
    found.ok_or_else(|| {
        let words = ApprovalStatus::ALL.map(ApprovalStatus::as_str);
        Refusal::malformed(format!("`status` is one of {}", words.join(", ")))
    })
}

/// An approval, with what was decided
///
/// With `If-None-Match` only if it is another one than that of the `ETag`.
#[utoipa::path(
    get, path = "/v1/targets/{target}/approvals/{id}", tag = "approvals",
    params(
        ("target" = String, Path, description = "The target"),
        ("id" = i64, Path, description = "Its number"),
        ("if-none-match" = Option<String>, Header, description = "The `ETag` of what is known"),
    ),
    responses(
        (status = 200, body = Approval, description = "The approval", headers(("ETag" = String, description = "Names what is shown"))),
        (status = 304, description = "It is as it was"),
        Problems
    )
)]
pub(super) async fn get_approval(
    caller: Caller,
    Path((target, id)): Path<(String, i64)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.reach_by_any(&LOOK, &target).await?;
    let approval = caller.service().control.approval(&target, id).await?;
    Ok(tagged(&headers, &Approval::from(approval))?)
}

/// What somebody approves.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct Approving {
    /// The hash of the plan that was looked at.
    hash: String,
    /// Any words.
    #[serde(default)]
    comment: Option<String>,
    /// Needed where the approval says so.
    #[serde(default)]
    second_factor: Option<SecondFactor>,
}

/// Approve a plan
///
/// The plan is made again; if it is another one by now, the approval ends. Nobody approves what they
/// planned or asked for themselves, nor twice. Needs a session: a token never approves.
#[utoipa::path(
    post, path = "/v1/targets/{target}/approvals/{id}/approve", tag = "approvals", request_body = Approving,
    params(
        ("target" = String, Path, description = "The target"),
        ("id" = i64, Path, description = "Its number"),
        ("if-match" = Option<String>, Header, description = "Only if the approval still has this `ETag`"),
    ),
    responses((status = 200, body = Approval, description = "It is approved, or waits for others"), Problems)
)]
pub(super) async fn approve(
    caller: Caller,
    Path((target, id)): Path<(String, i64)>,
    headers: HeaderMap,
    Json(approving): Json<Approving>,
) -> Result<axum::Json<Approval>, Problem> {
    let (desk, _) = caller.reach(Right::Approve, &target).await?;
    caller.demand_session()?;
    let control = &caller.service().control;
    let (case, approval) = case(&caller, (&target, id), &headers).await?;
    let kept = control.plan(&target, &approval.plan).await?;
    if approval.status.is_open() {
        let seat = own_seat(&caller, &[Right::Approve], &target).await?;
        current(&caller, (&target, &kept), &seat).await?;
    }
    let proof = approving.second_factor.map(Proof::from);
    let consent = Consent {
        hash: &approving.hash,
        comment: approving.comment.as_deref(),
        shown: caller.shown(proof.as_ref()),
        minutes: desk.target.undo.approved_minutes,
    };
    let deed = deed(&caller, "approval.approve", (&target, id));
    let done = control.approve(case, &consent, &deed).await;
    answered(&caller, &deed, done).await
}

/// Why not.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct Rejecting {
    /// Why not.
    #[schema(min_length = 1)]
    comment: String,
}

/// Reject a plan
///
/// Also after others have approved, as long as nothing is applied. Needs a session.
#[utoipa::path(
    post, path = "/v1/targets/{target}/approvals/{id}/reject", tag = "approvals", request_body = Rejecting,
    params(
        ("target" = String, Path, description = "The target"),
        ("id" = i64, Path, description = "Its number"),
        ("if-match" = Option<String>, Header, description = "Only if the approval still has this `ETag`"),
    ),
    responses((status = 200, body = Approval, description = "It is rejected"), Problems)
)]
pub(super) async fn reject(
    caller: Caller,
    Path((target, id)): Path<(String, i64)>,
    headers: HeaderMap,
    Json(rejecting): Json<Rejecting>,
) -> Result<axum::Json<Approval>, Problem> {
    caller.reach(Right::Approve, &target).await?;
    caller.demand_session()?;
    let comment = said(&rejecting.comment, "comment")?;
    let (case, _) = case(&caller, (&target, id), &headers).await?;
    let deed = deed(&caller, "approval.reject", (&target, id));
    let done = caller.service().control.reject(case, comment, &deed).await;
    answered(&caller, &deed, done).await
}

/// Withdraw what one has asked for
#[utoipa::path(
    post, path = "/v1/targets/{target}/approvals/{id}/cancel", tag = "approvals",
    params(
        ("target" = String, Path, description = "The target"),
        ("id" = i64, Path, description = "Its number"),
        ("if-match" = Option<String>, Header, description = "Only if the approval still has this `ETag`"),
    ),
    responses((status = 200, body = Approval, description = "It is cancelled"), Problems)
)]
pub(super) async fn cancel(
    caller: Caller,
    Path((target, id)): Path<(String, i64)>,
    headers: HeaderMap,
) -> Result<axum::Json<Approval>, Problem> {
    caller.reach(Right::Undo, &target).await?;
    let (case, _) = case(&caller, (&target, id), &headers).await?;
    let deed = deed(&caller, "approval.cancel", (&target, id));
    let done = caller.service().control.cancel_approval(case, &deed).await;
    answered(&caller, &deed, done).await
}

/// Which approval is decided about, and in which version if the request says so.
async fn case<'a>(
    caller: &'a Caller,
    (target, id): (&'a str, i64),
    headers: &HeaderMap,
) -> Result<(Case<'a>, pgrecall_access::Approval), Problem> {
    let control: &Control = &caller.service().control;
    let approval = control.approval(target, id).await?;
    let is_bound = demand_same(headers, &Approval::from(approval.clone()))?;
    let version = is_bound.then_some(approval.version);
    Ok((Case { target, id, version, by: &caller.principal.name }, approval))
}

fn deed(caller: &Caller, action: &'static str, (target, id): (&str, i64)) -> Deed {
    caller.deed(action, Some(target), Some(&id.to_string()))
}

async fn answered(
    caller: &Caller,
    deed: &Deed,
    done: Result<pgrecall_access::Approval, pgrecall_access::AccessError>,
) -> Result<axum::Json<Approval>, Problem> {
    match done {
        Ok(approval) => Ok(axum::Json(approval.into())),
        Err(error) => {
            caller.note_refusal(deed, &error).await?;
            Err(error.into())
        }
    }
}

/// Words that must not be missing.
pub(super) fn said<'a>(text: &'a str, field: &str) -> Result<&'a str, Refusal> {
    match text.trim() {
        "" => Err(Refusal::malformed(format!("say why in `{field}`"))),
        text => Ok(text),
    }
}
