use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use pgrecall_access::{KeptPlan, NewPlan, PlanFilter, PlanStatus, Proof, Right};
use pgrecall_journal::Journal;
use pgrecall_model::{
    ChangeId, ChangeSelection, Explain as _, Ident, Moment, Policies, Selection, TxRange,
};
use pgrecall_postgres::ServerError;
use pgrecall_undo::{Applied, Options, Prepared, UndoError, preview};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::second_factor::SecondFactor;
use super::{Problems, limit};
use crate::application::{Application, patiently};
use crate::caller::Caller;
use crate::clock;
use crate::etag::{demand_same, tagged};
use crate::input::{Json, Path, Query};
use crate::problem::{Problem, Refusal};
use crate::recipe::{Recipe, just_that, own_seat};
use crate::ruling::Ruling;
use crate::search::moment;
use crate::wire::{Conflict, Effects, Plan, Step};

/// How many steps an answer holds at most.
const STEPS: usize = 200;
/// The longest idempotency key.
const LONGEST_KEY: usize = 200;
/// Who may look at a plan.
const LOOK: [Right; 3] = [Right::Undo, Right::Approve, Right::Audit];

/// Which changes are to be taken back: those that have everything in common that is given here.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Wish {
    /// Transactions: `100`, or `100..120`.
    transactions: Vec<String>,
    /// Changes, by their numbers.
    changes: Vec<i64>,
    /// In this session of the application.
    session: Option<String>,
    /// By this actor.
    actor: Option<String>,
    /// For this tenant.
    tenant: Option<String>,
    /// In this request.
    request: Option<String>,
    /// Under this operation.
    operation: Option<i64>,
    /// Of one of these tables.
    tables: Vec<String>,
    /// Of the record with this key, in the one table that is given.
    key: Option<String>,
    /// Only these columns, where updates changed them.
    columns: Vec<String>,
    /// `insert`, `update`, `delete`, `truncate`.
    operations: Vec<String>,
    /// From this moment on.
    since: Option<String>,
    /// Up to this moment.
    until: Option<String>,
    /// What is done about conflicts: `skip`, `merge`, `overwrite`, `cascade`, or `KIND=POLICY`.
    on_conflict: Vec<String>,
}

/// A plan with what it would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanWithSteps {
    /// The plan.
    plan: Plan,
    /// What stands in its way.
    conflicts: Vec<Conflict>,
    /// Its first steps.
    steps: Vec<Step>,
    /// How many steps it has.
    total_steps: u64,
    /// What it came to when it was tried; null where it was not.
    effects: Option<Effects>,
}

/// Plan to take changes back
///
/// Nothing is changed. The plan is kept for a while; preview it, then apply it.
#[utoipa::path(
    post, path = "/v1/targets/{target}/plans", tag = "undo", request_body = Wish,
    params(("target" = String, Path, description = "The target")),
    responses((status = 201, body = PlanWithSteps, description = "The plan"), Problems)
)]
pub(super) async fn make_plan(
    caller: Caller,
    Path(target): Path<String>,
    Json(wish): Json<Wish>,
) -> Result<(StatusCode, axum::Json<PlanWithSteps>), Problem> {
    let seat = own_seat(&caller, &[Right::Undo], &target).await?;
    let recipe = Recipe { on_conflict: policies(&wish)?, selection: selection(&seat, wish).await? };
    let prepared = recipe.plan(&seat).await?;
    let service = caller.service();
    let desk = service.desk(&target)?;
    let ruling = Ruling::on(desk, &seat).await;
    let plan = NewPlan {
        target: target.clone(),
        hash: prepared.plan.hash.to_string(),
        request: json(&recipe)?,
        rows: ruling.rows(&seat, &prepared).await?,
        conflicts: conflicts_of(&prepared),
        created_by: caller.principal.name.clone(),
        minutes: service.config.limits.plan_minutes,
    };
    let kept = service.control.keep_plan(plan).await?;
    service.note(caller.deed("plan.make", Some(&target), Some(&kept.id))).await?;
    let shown = with_steps(&seat, &prepared, (ruling.shown(kept)?, None)).await?;
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

/// Which plans.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Where to go on: `next` of the answer before.
    cursor: Option<String>,
    /// How many, 200 at most; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// A part of the plans.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanPage {
    /// The plans, newest first.
    plans: Vec<Plan>,
    /// What to give as `cursor` for more; null at the end.
    next: Option<String>,
}

/// Plans, newest first
///
/// One's own; for approvers, auditors and administrators, all of them.
#[utoipa::path(
    get, path = "/v1/targets/{target}/plans", tag = "undo",
    params(("target" = String, Path, description = "The target"), Wanted),
    responses((status = 200, body = PlanPage, description = "The plans"), Problems)
)]
pub(super) async fn list_plans(
    caller: Caller,
    Path(target): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<axum::Json<PlanPage>, Problem> {
    let (desk, _) = caller.reach_by_any(&LOOK, &target).await?;
    let limit = limit(wanted.limit)?;
    let sees_all = [Right::Approve, Right::Audit]
        .iter()
        .any(|right| caller.principal.reach(*right, &target).is_some());
    let filter = PlanFilter {
        created_by: (!sees_all).then_some(caller.principal.name.as_str()),
        before: wanted.cursor.as_deref(),
        limit,
        ..PlanFilter::default()
    };
    let found = caller.service().control.plans(&target, filter).await?;
    let next = super::next(&found, limit, |last| last.id.clone());
    let ruling = Ruling::of(desk).await;
    let plans = found.into_iter().map(|kept| ruling.shown(kept));
    Ok(axum::Json(PlanPage { plans: plans.collect::<Result<_, _>>()?, next }))
}

/// A plan, how far it has come, and what it needs
///
/// With `If-None-Match` only if it is another one than that of the `ETag`.
#[utoipa::path(
    get, path = "/v1/targets/{target}/plans/{plan}", tag = "undo",
    params(
        ("target" = String, Path, description = "The target"),
        ("plan" = String, Path, description = "The plan"),
        ("if-none-match" = Option<String>, Header, description = "The `ETag` of what is known"),
    ),
    responses(
        (status = 200, body = Plan, description = "The plan", headers(("ETag" = String, description = "Names what is shown"))),
        (status = 304, description = "It is as it was"),
        Problems
    )
)]
pub(super) async fn get_plan(
    caller: Caller,
    Path((target, plan)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (desk, _) = caller.reach_by_any(&LOOK, &target).await?;
    let control = &caller.service().control;
    control.expire_approvals().await?;
    let kept = control.plan(&target, &plan).await?;
    Ok(tagged(&headers, &Ruling::of(desk).await.shown(kept)?)?)
}

/// A part of the steps of a plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct StepPage {
    /// The hash of the plan.
    hash: String,
    /// The steps, in their order.
    steps: Vec<Step>,
    /// How many there are in all.
    total_steps: u64,
    /// What to give as `cursor` for more; null at the end.
    next: Option<u64>,
}

/// Which steps.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct WantedSteps {
    /// Where to go on: `next` of the answer before.
    cursor: u64,
}

/// The steps of a plan
///
/// The plan is made again, and must be the same; if rows or the journal have changed since, there are
/// no steps to show.
#[utoipa::path(
    get, path = "/v1/targets/{target}/plans/{plan}/steps", tag = "undo",
    params(
        ("target" = String, Path, description = "The target"),
        ("plan" = String, Path, description = "The plan"),
        WantedSteps
    ),
    responses((status = 200, body = StepPage, description = "The steps"), Problems)
)]
pub(super) async fn get_steps(
    caller: Caller,
    Path((target, plan)): Path<(String, String)>,
    Query(wanted): Query<WantedSteps>,
) -> Result<axum::Json<StepPage>, Problem> {
    caller.reach_by_any(&LOOK, &target).await?;
    let kept = caller.service().control.plan(&target, &plan).await?;
    let seat = own_seat(&caller, &LOOK, &target).await?;
    let prepared = just_that(&seat, &kept).await?;
    let steps = prepared.steps(&seat, wanted.cursor, STEPS).await?;
    let shown = u64::try_from(steps.len()).map_err(ServerError::unexpected)?;
    let (reached, total_steps) = (wanted.cursor.saturating_add(shown), prepared.size());
    Ok(axum::Json(StepPage {
        hash: kept.hash,
        steps: steps.into_iter().map(Step::from).collect(),
        total_steps,
        next: (shown > 0 && reached < total_steps).then_some(reached),
    }))
}

/// Try a plan, and take everything back again
///
/// The constraints of the database have their say; its triggers rest, as they will when the plan is
/// applied. If rows or the journal have changed since the plan was made, it is refused, and an approval
/// of it that is under way ends.
#[utoipa::path(
    post, path = "/v1/targets/{target}/plans/{plan}/preview", tag = "undo",
    params(
        ("target" = String, Path, description = "The target"),
        ("plan" = String, Path, description = "The plan"),
    ),
    responses((status = 200, body = PlanWithSteps, description = "What it would do"), Problems)
)]
pub(super) async fn preview_plan(
    caller: Caller,
    Path((target, plan)): Path<(String, String)>,
) -> Result<axum::Json<PlanWithSteps>, Problem> {
    let mut seat = own_seat(&caller, &[Right::Undo], &target).await?;
    let service = caller.service();
    let kept = service.control.plan(&target, &plan).await?;
    let prepared = current(&caller, (&target, &kept), &seat).await?;
    let options = Options::default();
    let tried: Result<Applied, _> = patiently!(preview(&mut seat, &prepared, &options));
    let effects = match tried {
        Ok(tried) => Effects::from(&tried),
        Err(error) => return Err(outdated(&caller, (&target, &kept), error.into()).await),
    };
    service.control.plan_previewed(&kept, &json(&effects)?).await?;
    service.note(caller.deed("plan.preview", Some(&target), Some(&plan))).await?;
    let kept = service.control.plan(&target, &plan).await?;
    let desk = service.desk(&target)?;
    let plan = Ruling::on(desk, &seat).await.shown(kept)?;
    Ok(axum::Json(with_steps(&seat, &prepared, (plan, Some(effects))).await?))
}

/// The kept plan, made again. If it is another one by now, or something stands in its way, its
/// approval ends.
pub(super) async fn current(
    caller: &Caller,
    (target, kept): (&str, &KeptPlan),
    journal: &Journal,
) -> Result<Prepared, Problem> {
    let problem = match just_that(journal, kept).await {
        Ok(prepared) if prepared.plan.conflicts.is_empty() => return Ok(prepared),
        Ok(prepared) => UndoError::Conflicts(prepared.plan.conflicts).into(),
        Err(problem) => problem,
    };
    Err(outdated(caller, (target, kept), problem).await)
}

/// What stopped a plan; its approval ends if that is because of what changed.
async fn outdated(caller: &Caller, (target, kept): (&str, &KeptPlan), problem: Problem) -> Problem {
    if !problem.is_outdated_plan() {
        return problem;
    }
    let deed = caller.deed("approval.outdate", Some(target), Some(&kept.id));
    let ended = caller.service().control.outdate_approval(target, &kept.id, &deed).await;
    ended.map_or_else(Problem::from, |()| problem)
}

/// Why, and which plan exactly.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct Decision {
    /// The hash that the preview showed.
    hash: String,
    /// Why, for the journal.
    #[schema(min_length = 1)]
    reason: String,
    /// Apply it without the approval that it needs. Somebody else has to review that afterwards.
    #[serde(default)]
    break_glass: bool,
    /// Needed where `needs` of the plan says so.
    #[serde(default)]
    second_factor: Option<SecondFactor>,
}

/// Apply a plan that was previewed, and approved where it needs that
///
/// In one transaction, and only if it is still exactly the plan that was previewed. The same
/// `Idempotency-Key` again gives the same answer and does nothing twice, also after the server was
/// killed meanwhile.
#[utoipa::path(
    post, path = "/v1/targets/{target}/plans/{plan}/apply", tag = "undo", request_body = Decision,
    params(
        ("target" = String, Path, description = "The target"),
        ("plan" = String, Path, description = "The plan"),
        ("idempotency-key" = String, Header, description = "A text that is new for each attempt that is meant"),
        ("if-match" = Option<String>, Header, description = "Only if the plan still has this `ETag`"),
    ),
    responses((status = 200, body = Plan, description = "It is applied"), Problems)
)]
pub(super) async fn apply_plan(
    caller: Caller,
    Path((target, plan)): Path<(String, String)>,
    headers: HeaderMap,
    Json(decision): Json<Decision>,
) -> Result<axum::Json<Plan>, Problem> {
    caller.reach(Right::Undo, &target).await?;
    let service = Arc::clone(caller.service());
    let desk = service.desk(&target)?;
    let undo = &desk.target.undo;
    let key = idempotency_key(&headers)?;
    let kept = caller.service().control.plan(&target, &plan).await?;
    if decision.hash != kept.hash {
        return Err(Refusal::OtherPlan.into());
    }
    if decision.reason.trim().is_empty() {
        return Err(Refusal::malformed("say why in `reason`").into());
    }
    let ruling = Ruling::of(desk).await;
    if kept.status == PlanStatus::Applied {
        return if kept.apply_key.as_deref() == Some(&key) {
            Ok(axum::Json(ruling.shown(kept)?))
        } else {
            Err(Refusal::OtherKey.into())
        };
    }
    if decision.break_glass {
        caller.demand_session()?;
        if !undo.break_glass {
            return Err(Refusal::NoBreakGlass.into());
        }
    }
    let is_begun = kept.status == PlanStatus::Applying;
    let is_bound = !is_begun && demand_same(&headers, &ruling.shown(kept.clone())?)?;
    let work = Application {
        version: is_bound.then_some(kept.version),
        needs: ruling.needs(&kept)?,
        break_glass: decision.break_glass.then_some(undo.review_days),
        proof: decision.second_factor.map(Proof::from),
        reason: decision.reason,
        caller,
        target,
        kept,
        key,
    };
    // Whoever asked may go away; what was begun is brought to its end.
    let done = tokio::spawn(work.carry_out()).await;
    let done = done.map_err(|_| Refusal::Busy)??;
    Ok(axum::Json(ruling.shown(done)?))
}

async fn with_steps(
    journal: &Journal,
    prepared: &Prepared,
    (plan, effects): (Plan, Option<Effects>),
) -> Result<PlanWithSteps, Problem> {
    let steps = prepared.steps(journal, 0, STEPS).await?;
    Ok(PlanWithSteps {
        plan,
        conflicts: prepared.plan.conflicts.iter().map(Conflict::from).collect(),
        steps: steps.into_iter().map(Step::from).collect(),
        total_steps: prepared.size(),
        effects,
    })
}

fn conflicts_of(prepared: &Prepared) -> i32 {
    let count = prepared.plan.conflicts.len().saturating_add(prepared.plan.more_conflicts);
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn idempotency_key(headers: &HeaderMap) -> Result<String, Refusal> {
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok());
    match key {
        Some(key) if (1..=LONGEST_KEY).contains(&key.len()) => Ok(key.to_owned()),
        _ => Err(Refusal::malformed("send a header `Idempotency-Key` of 1 to 200 characters")),
    }
}

fn policies(wish: &Wish) -> Result<Policies, Refusal> {
    let mut policies = Policies::default();
    for text in &wish.on_conflict {
        policies.add(text).map_err(Refusal::malformed)?;
    }
    Ok(policies)
}

/// What is meant, with names and keys as the journal has them.
async fn selection(journal: &Journal, wish: Wish) -> Result<Selection, Problem> {
    let transactions: Result<Vec<TxRange>, _> =
        wish.transactions.iter().map(|text| text.parse()).collect();
    let columns: Result<Vec<Ident>, _> = wish.columns.into_iter().map(Ident::new).collect();
    let operations: Result<Vec<_>, String> =
        wish.operations.iter().map(|text| text.parse()).collect();
    let mut selection = ChangeSelection {
        transactions: transactions.map_err(Refusal::malformed)?,
        changes: wish.changes.into_iter().map(ChangeId).collect(),
        session: wish.session,
        actor: wish.actor,
        tenant: wish.tenant,
        request: wish.request,
        operation: wish.operation,
        columns: columns.map_err(Refusal::malformed)?,
        operations: operations.map_err(Refusal::Malformed)?,
        ..ChangeSelection::default()
    };
    let now = clock::now();
    match wish.since.as_deref().map(|text| moment(text, &now)).transpose()? {
        Some(Moment::Now) => selection.since = Some(now.timestamp()),
        Some(Moment::Time(time)) => selection.since = Some(time),
        other => selection.from = other,
    }
    match wish.until.as_deref().map(|text| moment(text, &now)).transpose()? {
        None | Some(Moment::Now) => {}
        Some(Moment::Time(time)) => selection.until = Some(time),
        other => selection.to = other,
    }
    let narrow = ChangeSelection { columns: Vec::new(), ..selection.clone() };
    let mut known = Vec::new();
    for name in &wish.tables {
        known.push(journal.table(name).await?);
    }
    if narrow.is_everything() && known.is_empty() {
        return Err(Refusal::malformed("say which changes are meant").into());
    }
    if let Some(key) = &wish.key {
        let [table] = known.as_slice() else {
            return Err(Refusal::malformed("`key` needs exactly one table").into());
        };
        selection.key = Some(journal.key(table, key).await?.values);
    }
    selection.tables = known.into_iter().map(|table| table.relation.name).collect();
    Ok(selection.into())
}

fn json(value: &impl Serialize) -> Result<serde_json::Value, ServerError> {
    serde_json::to_value(value).map_err(ServerError::unexpected)
}
